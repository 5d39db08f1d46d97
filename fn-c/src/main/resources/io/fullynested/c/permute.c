/* Channels in another order. */
static void permute(const struct move *m, const uint16_t *order, uint32_t channels, uint32_t positions, const uint8_t *x, uint8_t *y) {
    for (uint32_t c = 0; c < channels; c++) {
        copy(m, positions, x, order[c] * positions, y, c * positions);
    }
}
