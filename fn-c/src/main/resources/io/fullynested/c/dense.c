/* A dense layer. */
static void @NAME@(const struct layer *l, uint32_t outputs, uint32_t inputs, const uint8_t *x, uint8_t *y) {
    uint32_t at = 0;
    for (uint32_t o = 0; o < outputs; o++) {
        int32_t sum = l->biases[o];
        for (uint32_t i = 0; i < inputs; i++) {
            sum += @W@(l->weights, at++) * @X@(x, i);
        }
        give(l, o, sum, y, o);
    }
}
