/* A dense layer of a signal whose parts have codes of different steps: each part is summed up by itself, and brought to the step of the result. */
static void @NAME@(const struct layer *l, const struct part *parts, uint32_t count, const int64_t *starts, int shift, uint32_t outputs, uint32_t inputs,
        const uint8_t *x, uint8_t *y) {
@own@    const uint32_t taps = inputs;
@shared@    (void)inputs;
    for (uint32_t o = 0; o < outputs; o++) {
        const uint32_t at = @ROW@(o);
        int64_t total = starts[o];
        uint32_t i = 0;
        for (uint32_t p = 0; p < count; p++) {
            int32_t sum = 0;
            for (uint32_t end = i + parts[p].count; i < end; i++) {
                sum += @W@(at + @COLUMN@(i)) * get(x, i, parts[p].bits);
            }
            total += (int64_t)sum * parts[p].factors[o];
        }
        put(y, o, finish(&l->finish, total, shift), l->bits);
    }
}
