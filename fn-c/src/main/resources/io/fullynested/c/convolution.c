/*
 * A convolution. A run of neighbouring results of up to four channels is summed up at a time, so that a weight is unpacked once for the run, and a code once
 * for the channels.
 */
static void @NAME@(const struct layer *l, const struct window *w, uint32_t channels, uint32_t inner, uint32_t per_group, const uint8_t *x, uint8_t *y) {
    int32_t sums[RUN][4];
    const uint32_t area = (uint32_t)w->in_rows * w->in_columns, square = (uint32_t)w->kernel_down * w->kernel_across, results = (uint32_t)w->rows * w->columns;
@own@    const uint32_t taps = inner * square;
    for (uint32_t o = 0, block; o < channels; o += block) {
        const uint32_t first = o / per_group * inner, left_over = per_group - o % per_group;
        block = left_over < 4 ? left_over : 4;
        const uint32_t a_at = @ROW@(o), b_at = @ROW@(block > 1 ? o + 1 : o), c_at = @ROW@(block > 2 ? o + 2 : o), d_at = @ROW@(block > 3 ? o + 3 : o);
        for (int32_t row = 0; row < w->rows; row++) {
            for (int32_t left = 0; left < w->columns; left += RUN) {
                int32_t run = w->columns - left < RUN ? w->columns - left : RUN;
                for (int32_t j = 0; j < run; j++) {
                    for (uint32_t k = 0; k < 4; k++) {
                        sums[j][k] = l->biases[k < block ? o + k : o];
                    }
                }
                for (uint32_t i = 0; i < inner; i++) {
                    uint32_t at = @COLUMN@(i) * square;
                    for (int32_t ky = 0; ky < w->kernel_down; ky++) {
                        int32_t in_row = row * w->stride_down - w->padding_down + ky * w->dilation_down;
                        if (in_row < 0 || in_row >= w->in_rows) {
                            at += w->kernel_across;
                            continue;
                        }
                        uint32_t line = (first + i) * area + (uint32_t)in_row * w->in_columns;
                        for (int32_t kx = 0; kx < w->kernel_across; kx++, at++) {
                            int32_t column = left * w->stride_across - w->padding_across + kx * w->dilation_across, from = 0, end = run;
                            while (from < end && column + from * w->stride_across < 0) {
                                from++;
                            }
                            while (end > from && column + (end - 1) * w->stride_across >= w->in_columns) {
                                end--;
                            }
                            const int32_t a = @W@(a_at + at), b = block > 1 ? @W@(b_at + at) : 0;
                            const int32_t c = block > 2 ? @W@(c_at + at) : 0, d = block > 3 ? @W@(d_at + at) : 0;
                            uint32_t source = line + (uint32_t)(column + from * w->stride_across);
                            for (int32_t *sum = sums[from]; sum < sums[end]; sum += 4, source += w->stride_across) {
                                const int32_t code = @X@(x, source);
                                sum[0] += a * code;
                                sum[1] += b * code;
                                sum[2] += c * code;
                                sum[3] += d * code;
                            }
                        }
                    }
                }
                for (uint32_t k = 0; k < block; k++) {
                    uint32_t to = (o + k) * results + (uint32_t)(row * w->columns + left);
                    for (int32_t j = 0; j < run; j++) {
                        give(l, o + k, sums[j][k], y, to++);
                    }
                }
            }
        }
    }
}
