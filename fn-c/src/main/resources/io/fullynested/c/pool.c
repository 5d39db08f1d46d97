/* The greatest code of a window, or the sum of all, which its factor makes a mean; zeros around the image count for the sum only. */
static void pool(const struct move *m, const struct window *w, int greatest, uint32_t channels, const uint8_t *x, uint8_t *y) {
    uint32_t to = 0;
    for (uint32_t c = 0; c < channels; c++) {
        for (int32_t row = 0; row < w->rows; row++) {
            for (int32_t column = 0; column < w->columns; column++) {
                int32_t result = greatest ? INT32_MIN : 0;
                for (int32_t tap = 0; tap < w->kernel_down * w->kernel_across; tap++) {
                    int32_t from_row = row * w->stride_down - w->padding_down + tap / w->kernel_across * w->dilation_down;
                    int32_t from = column * w->stride_across - w->padding_across + tap % w->kernel_across * w->dilation_across;
                    if (from_row >= 0 && from_row < w->in_rows && from >= 0 && from < w->in_columns) {
                        int32_t code = get(x, (c * w->in_rows + (uint32_t)from_row) * w->in_columns + (uint32_t)from, m->from);
                        result = greatest ? (code > result ? code : result) : result + code;
                    }
                }
                put(y, to++, moved(m, result), m->to);
            }
        }
    }
}
