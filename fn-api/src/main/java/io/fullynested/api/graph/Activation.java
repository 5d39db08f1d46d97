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
    SIGMOID(true),
    /** {@code (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ)}. */
    TANH(false),
    /** {@code x · Φ(x)}, Φ being the normal distribution: {@code x/2 · (1 + erf(x/√2))} (Hendrycks and Gimpel, 2016, without approximation). */
    GELU(false),
    /** {@code x / (1 + e⁻ˣ)}, also called swish (Ramachandran et al., 2017). */
    SILU(false),
    /** {@code x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³)))}: what is near GELU, 5e-4 at most (Hendrycks and Gimpel, 2016). */
    GELU_TANH(false);

    private final boolean nonNegative;

    Activation(boolean nonNegative) {
        this.nonNegative = nonNegative;
    }

    /** Whether the result is never below zero. */
    public boolean nonNegative() {
        return nonNegative;
    }
}
