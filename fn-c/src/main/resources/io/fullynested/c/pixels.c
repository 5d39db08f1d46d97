/* Bytes of pixels to codes: each channel is normalised and rounded by one multiplication. The pixels may lie where the codes go. */
struct pixels {
    const int64_t *factors, *offsets;
    struct finish finish;
    uint32_t channels, positions;
    int8_t bits;
    uint8_t shift;
};

static void pixels(const struct pixels *p, const uint8_t *x, uint8_t *y) {
    uint32_t i = 0;
    for (uint32_t c = 0; c < p->channels; c++) {
        for (uint32_t end = i + p->positions; i < end; i++) {
            put(y, i, finish(&p->finish, x[i] * p->factors[c] + p->offsets[c], p->shift), p->bits);
        }
    }
}
