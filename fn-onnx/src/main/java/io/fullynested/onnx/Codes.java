package io.fullynested.onnx;

/**
 * A signal as uint8 codes: element {@code q} stands for {@code scale · (q − zeroPoint)}.
 *
 * @param value the codes
 * @param grid  what they stand for
 * @param step  name of the constant that holds the scale
 */
record Codes(Value value, Grid grid, String step) {

    /**
     * What a code stands for.
     *
     * @param scale     distance between neighbouring codes
     * @param zeroPoint the code of zero
     */
    record Grid(float scale, int zeroPoint) {

        /** The grid of 8-bit codes that a signal is rounded to before all but its leading bits are dropped. */
        static Grid full(float clip, boolean signed) {
            return signed ? new Grid(clip / 127, 128) : new Grid(clip / 255, 0);
        }

        /** The grid of the leading {@code bits} of those codes. */
        static Grid of(float clip, boolean signed, int bits) {
            return signed
                    ? new Grid((1 << 8 - bits) * (clip / 127), 1 << bits - 1)
                    : new Grid(clip / ((1 << bits) - 1), 0);
        }
    }

    /** The same grid, other codes. */
    Codes with(Value other) {
        return new Codes(other, grid, step);
    }
}
