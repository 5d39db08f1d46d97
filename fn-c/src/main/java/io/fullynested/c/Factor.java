package io.fullynested.c;

/** Positive real numbers as an integer and a shift, which is what sums are multiplied by (Jacob et al., CVPR 2018, section 2.2). */
final class Factor {

    /** Bits of the multiplier: a sum of 31 bits times it leaves room in 64. */
    private static final int BITS = 25;
    /** Bits that the shift takes. */
    private static final int SHIFT_BITS = 6;
    private static final int MOST_SHIFT = 62;

    private Factor() {
    }

    /**
     * A number in one int32: 25 bits of multiplier and a shift of 1..62, so that its relative error is below 2⁻²⁵.
     *
     * @throws ArithmeticException if it is not in 0..2²³
     */
    static int of(double real) {
        int shift = Math.min(MOST_SHIFT, BITS - 1 - Math.getExponent(real));
        long multiplier = Math.round(Math.scalb(real, shift));
        if (multiplier == 1L << BITS) {
            multiplier >>= 1;
            shift--;
        }
        if (!(real >= 0) || shift < 1) {
            throw new ArithmeticException(real + " is no factor");
        }
        return (int) (multiplier << SHIFT_BITS | shift);
    }

    /** The factor of the other sign. */
    static int negated(int factor) {
        return -(factor >> SHIFT_BITS) << SHIFT_BITS | factor & (1 << SHIFT_BITS) - 1;
    }

    /** The shift at which the greater of two numbers has 30 bits, or as many as a shift of 62 leaves it. */
    static int shift(double a, double b) {
        return Math.max(1, Math.min(MOST_SHIFT, 29 - Math.getExponent(Math.max(a, b))));
    }

    static long at(double real, int shift) {
        return Math.round(Math.scalb(real, shift));
    }
}
