/* A weight of which the leading bits count: all but so many. A code c of fewer than 8 bits stands for 2c + 1. */
static inline int32_t @NAME@(const struct layer *l, uint32_t i) {
    int32_t code = (@CODE@) >> l->drop;
    return l->odd ? 2 * code + 1 : code;
}
