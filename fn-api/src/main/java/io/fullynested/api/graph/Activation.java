package io.fullynested.api.graph;

/** Element-wise functions. The formulas are those of ONNX with its default attributes where it has any. */
public enum Activation {
    /** {@code max(x, 0)}. */
    RELU(true),
    /** {@code min(max(x, 0), 6)}. */
    RELU6(true),
    /** {@code x · min(max(x/6 + 1/2, 0), 1)} (Howard et al., MobileNetV3, 2019). */
    HARD_SWISH(false),
    /** {@code min(max(x/6 + 1/2, 0), 1)}. */
    HARD_SIGMOID(true),
    /** {@code 1 / (1 + e⁻ˣ)}. */
    SIGMOID(true);

    private final boolean nonNegative;

    Activation(boolean nonNegative) {
        this.nonNegative = nonNegative;
    }

    /** Whether the result is never below zero. */
    public boolean nonNegative() {
        return nonNegative;
    }
}
