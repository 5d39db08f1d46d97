/*
 * Weights, output channels first, at their bits, side by side as codes of signals are. A bias is in units of the products. Where a channel has no factor,
 * its weights do not count, and its bias is the code that comes out.
 */
struct layer {
    const uint8_t *weights;
    const int32_t *biases, *factors;
    struct finish finish;
    int8_t bits;
@shared@    uint8_t drop, odd;
@shared@    uint32_t taps;
@shared@    const uint16_t *rows, *columns;
};

@shared@/* Members keep some channels of what all share: where the weights of one that comes out begin, and the place of one that goes in. */
@shared@static uint32_t begin(const struct layer *l, uint32_t channel) {
@shared@    return (l->rows ? l->rows[channel] : channel) * l->taps;
@shared@}
@shared@
@shared@static uint32_t place(const struct layer *l, uint32_t channel) {
@shared@    return l->columns ? l->columns[channel] : channel;
@shared@}
@shared@

@give@static void give(const struct layer *l, uint32_t channel, int32_t sum, uint8_t *y, uint32_t i) {
@give@    int32_t factor = l->factors[channel];
@give@    put(y, i, factor ? finish(&l->finish, (int64_t)sum * (factor >> 6), factor & 63) : l->biases[channel], l->bits);
@give@}
