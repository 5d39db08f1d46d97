/* A dense layer. */
static void @NAME@(const struct layer *l, uint32_t outputs, uint32_t inputs, const uint8_t *x, uint8_t *y) {
@own@    const uint32_t taps = inputs;
    for (uint32_t o = 0; o < outputs; o++) {
        const uint32_t at = @ROW@(o);
        int32_t sum = l->biases[o];
        for (uint32_t i = 0; i < inputs; i++) {
            sum += @W@(at + @COLUMN@(i)) * @X@(x, i);
        }
        give(l, o, sum, y, o);
    }
}
