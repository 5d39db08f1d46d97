/* Sums of two signals, each brought to a common step. A result may take the place of what it is the sum of. */
struct add {
    struct finish finish;
    int32_t a_factor, b_factor;
    uint8_t shift;
    int8_t a_bits, b_bits, bits;
};

static void add(const struct add *s, uint32_t count, const uint8_t *a, const uint8_t *b, uint8_t *y) {
    for (uint32_t i = 0; i < count; i++) {
        int64_t sum = (int64_t)get(a, i, s->a_bits) * s->a_factor + (int64_t)get(b, i, s->b_bits) * s->b_factor;
        put(y, i, finish(&s->finish, sum, s->shift), s->bits);
    }
}
