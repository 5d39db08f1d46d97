/* Each position becomes so many rows and columns of itself. */
static void resize(const struct move *m, const struct window *w, uint32_t channels, uint32_t rows, uint32_t columns, const uint8_t *x, uint8_t *y) {
    uint32_t to = 0;
    for (uint32_t row = 0; row < channels * w->in_rows * rows; row++) {
        for (uint32_t column = 0; column < w->in_columns * columns; column++) {
            put(y, to++, moved(m, get(x, row / rows * w->in_columns + column / columns, m->from)), m->to);
        }
    }
}
