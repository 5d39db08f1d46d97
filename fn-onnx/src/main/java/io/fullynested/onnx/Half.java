package io.fullynested.onnx;

/** The 16-bit format of IEEE 754: 1 sign bit, 5 exponent bits, 10 fraction bits. */
final class Half {

    /** The greatest number that is told apart from infinity. */
    static final float MAX = 65504;

    /** What float32 numbers are scaled by so that their exponents become those of halves. */
    private static final int EXPONENT_SHIFT = (127 - 15) << 23;
    private static final int SMALLEST_NORMAL = (127 - 14) << 23;
    /** Its last bit is worth as much as that of a subnormal half. */
    private static final float SUBNORMAL = 0.5f;

    private Half() {
    }

    /** The nearest half, halfway cases to even. */
    static short bits(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = bits >>> 16 & 0x8000;
        int magnitude = bits & 0x7fffffff;
        if (magnitude > 0x7f800000) {
            return (short) (sign | 0x7e00);
        } else if (Float.intBitsToFloat(magnitude) >= MAX + 16) {
            return (short) (sign | 0x7c00);
        } else if (magnitude < SMALLEST_NORMAL) {
            return (short) (sign | Float.floatToRawIntBits(Float.intBitsToFloat(magnitude) + SUBNORMAL) - Float.floatToRawIntBits(SUBNORMAL));
        }
        int odd = magnitude >>> 13 & 1;
        return (short) (sign | magnitude - EXPONENT_SHIFT + 0xfff + odd >>> 13);
    }
}
