/* Codes that come from a signal of some bits and go to another; as they are if there is no factor. */
struct move {
    struct finish finish;
    int32_t factor;
    int8_t from, to;
};

static int32_t moved(const struct move *m, int32_t code) {
    return m->factor ? finish(&m->finish, (int64_t)code * (m->factor >> 6), m->factor & 63) : code;
}
