/* A convolution of groups that make one channel each. A run of neighbouring results is summed up at a time, so that a weight is unpacked once for them. */
static void @NAME@(const struct layer *l, const struct window *w, uint32_t channels, uint32_t inner, const uint8_t *x, uint8_t *y) {
    int32_t sums[RUN];
    const uint32_t area = (uint32_t)w->in_rows * w->in_columns, square = (uint32_t)w->kernel_down * w->kernel_across;
@own@    const uint32_t taps = inner * square;
    uint32_t to = 0;
    for (uint32_t o = 0; o < channels; o++) {
        for (int32_t row = 0; row < w->rows; row++) {
            for (int32_t left = 0; left < w->columns; left += RUN) {
                int32_t run = w->columns - left < RUN ? w->columns - left : RUN;
                for (int32_t j = 0; j < run; j++) {
                    sums[j] = l->biases[o];
                }
                for (uint32_t i = 0; i < inner; i++) {
                    uint32_t at = @ROW@(o) + @COLUMN@(i) * square;
                    for (int32_t ky = 0; ky < w->kernel_down; ky++) {
                        int32_t in_row = row * w->stride_down - w->padding_down + ky * w->dilation_down;
                        if (in_row < 0 || in_row >= w->in_rows) {
                            at += w->kernel_across;
                            continue;
                        }
                        uint32_t line = (o * inner + i) * area + (uint32_t)in_row * w->in_columns;
                        for (int32_t kx = 0; kx < w->kernel_across; kx++) {
                            const int32_t weight = @W@(at++);
                            int32_t column = left * w->stride_across - w->padding_across + kx * w->dilation_across, from = 0, end = run;
                            while (from < end && column + from * w->stride_across < 0) {
                                from++;
                            }
                            while (end > from && column + (end - 1) * w->stride_across >= w->in_columns) {
                                end--;
                            }
                            uint32_t source = line + (uint32_t)(column + from * w->stride_across);
                            for (int32_t j = from; j < end; j++, source += w->stride_across) {
                                sums[j] += weight * @X@(x, source);
                            }
                        }
                    }
                }
                for (int32_t j = 0; j < run; j++) {
                    give(l, o, sums[j], y, to++);
                }
            }
        }
    }
}
