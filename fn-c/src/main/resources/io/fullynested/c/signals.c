/*
 * A signal is a row of codes, channel by channel and row by row. Codes of fewer than 8 bits lie side by side, the first one in the low bits of
 * the first byte. Signed ones are in two's complement, and -4 bits means: signed, of 4 bits.
 */
@get@static int32_t get(const uint8_t *x, uint32_t i, int bits) {
@get@    if (bits == 8) {
@get@        return x[i];
@get@    }
@get@    uint32_t width = (uint32_t)(bits < 0 ? -bits : bits), at = i * width;
@get@    uint32_t code = (uint32_t)x[at >> 3] >> (at & 7);
@get@    if ((at & 7) + width > 8) {
@get@        code |= (uint32_t)x[(at >> 3) + 1] << (8 - (at & 7));
@get@    }
@get@    code &= (1u << width) - 1;
@get@    return bits < 0 && code >> (width - 1) ? (int32_t)code - (1 << width) : (int32_t)code;
@get@}
@get@
static void put(uint8_t *y, uint32_t i, int32_t code, int bits) {
@wide@    if (bits == 32) {
@wide@        memcpy(y + 4 * i, &code, 4);
@wide@        return;
@wide@    }
@packed@    if (bits < 8) {
@packed@        uint32_t at = i * (uint32_t)bits, shift = at & 7;
@packed@        uint32_t mask = ((1u << bits) - 1) << shift, value = ((uint32_t)code << shift) & mask;
@packed@        uint8_t *to = y + (at >> 3);
@packed@        to[0] = (uint8_t)((to[0] & ~mask) | value);
@packed@        if (mask >> 8) {
@packed@            to[1] = (uint8_t)((to[1] & ~(mask >> 8)) | value >> 8);
@packed@        }
@packed@        return;
@packed@    }
@plain@    (void)bits;
    y[i] = (uint8_t)code;
}
