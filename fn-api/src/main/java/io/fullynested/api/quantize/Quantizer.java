package io.fullynested.api.quantize;

/**
 * A nested code for weights: the code at k bits is the k leading bits of the full code, so that bits are ranked and a submodel
 * keeps a prefix of them. A code at k bits reads as {@code integer(code, k) · scale / denominator(k)}, the integer fitting into an
 * int8 tensor with zero point 0.
 */
public interface Quantizer {

    /** Bits of the full code, at most 8. */
    int bits();

    /**
     * The scale of one output channel, from all its weights {@code weights[from..to)} in the supernet, never from a slice.
     *
     * @return a positive, finite number
     */
    float scale(float[] weights, int from, int to);

    /** The full code of a weight. */
    int code(float weight, float scale);

    /** The {@code bits} leading bits of a full code. */
    int truncate(int code, int bits);

    /** The integer in −127..127 that a code of {@code bits} bits stands for; its negative stands for the negated weight. */
    int integer(int code, int bits);

    /** What the integers of {@code bits}-bit codes are divided by; a power of two. */
    int denominator(int bits);
}
