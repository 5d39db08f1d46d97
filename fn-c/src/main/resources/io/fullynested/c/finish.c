/*
 * What comes of a sum: it is brought to the step of the codes by a multiplication and a shift, rounded, and kept within the least and the greatest code,
 * which is where a ReLU or ReLU6 ends too. A factor holds 25 bits of a multiplier and, in its 6 low bits, the shift.
 */
@hard@struct hard {
@hard@    int32_t factor;
@hard@    int16_t low, high;
@hard@    uint8_t fraction, swish;
@hard@};
@hard@
@steps@struct steps {
@steps@    const int32_t *edges;
@steps@    uint16_t count, falls;
@steps@    int16_t first;
@steps@};
@steps@
struct finish {
    int32_t low, high;
@hard@    const struct hard *hard;
@steps@    const struct steps *steps;
};

static int64_t rounded(int64_t product, int shift) {
    return (product + ((int64_t)1 << (shift - 1))) >> shift;
}

static int32_t clamp(int64_t x, int32_t low, int32_t high) {
    return x < low ? low : x > high ? high : (int32_t)x;
}

@hard@/* Hard sigmoid, min(max(x + 3, 0), 6) / 6, or x times that, hard swish; x has so many bits of fraction. */
@hard@static int32_t hard(const struct hard *h, int32_t x) {
@hard@    int64_t share = x + ((int64_t)3 << h->fraction), six = (int64_t)6 << h->fraction;
@hard@    share = share < 0 ? 0 : share > six ? six : share;
@hard@    int64_t y = h->swish ? (x * share) >> h->fraction : share;
@hard@    return clamp(rounded(y * (h->factor >> 6), h->factor & 63), h->low, h->high);
@hard@}
@hard@
@steps@/* Any other function gives codes too, one less at each of the first edges that x passes, one more at each that follows. */
@steps@static int32_t stepped(const struct steps *s, int32_t x) {
@steps@    int32_t from = 0, to = s->count;
@steps@    while (from < to) {
@steps@        int32_t middle = (from + to) / 2;
@steps@        if (x < s->edges[middle]) {
@steps@            to = middle;
@steps@        } else {
@steps@            from = middle + 1;
@steps@        }
@steps@    }
@steps@    return s->first + (from < s->falls ? -from : from - 2 * s->falls);
@steps@}
@steps@
static int32_t finish(const struct finish *f, int64_t product, int shift) {
    int32_t x = clamp(rounded(product, shift), f->low, f->high);
@hard@    if (f->hard) {
@hard@        return hard(f->hard, x);
@hard@    }
@steps@    if (f->steps) {
@steps@        return stepped(f->steps, x);
@steps@    }
    return x;
}
