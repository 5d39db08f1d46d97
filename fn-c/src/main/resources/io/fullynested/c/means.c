/* The mean of each channel. */
static void means(const struct move *m, uint32_t channels, uint32_t positions, const uint8_t *x, uint8_t *y) {
    uint32_t i = 0;
    for (uint32_t c = 0; c < channels; c++) {
        int32_t sum = 0;
        for (uint32_t end = i + positions; i < end; i++) {
            sum += get(x, i, m->from);
        }
        put(y, c, moved(m, sum), m->to);
    }
}
