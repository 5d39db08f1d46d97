/* Products of a signal and one of its shape, or, where a gate has several positions to itself, one for each channel. */
struct multiply {
    struct finish finish;
    int32_t factor;
    int8_t x_bits, gate_bits, bits;
};

static void multiply(const struct multiply *m, uint32_t gates, uint32_t positions, const uint8_t *x, const uint8_t *gate, uint8_t *y) {
    uint32_t i = 0;
    for (uint32_t g = 0; g < gates; g++) {
        int32_t by = get(gate, g, m->gate_bits);
        for (uint32_t end = i + positions; i < end; i++) {
            int64_t product = (int64_t)(get(x, i, m->x_bits) * by) * (m->factor >> 6);
            put(y, i, finish(&m->finish, product, m->factor & 63), m->bits);
        }
    }
}
