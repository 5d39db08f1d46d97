package io.fullynested.api.nesting;

/** The five kinds of ranked sums of a fully nested network (Cui et al., IJCAI 2020, section 3). */
public enum NestingLevel {
    /** Bits of a weight or an activation: {@code w = scale · Σ bᵢ 2⁻ⁱ}. */
    BITS,
    /** Units of a dense layer. */
    NEURONS,
    /** Channels of a convolution. */
    CHANNELS,
    /** Parallel residual paths: {@code y = x + Σ F_p(x)}. */
    PATHS,
    /** Residual units of a stage: {@code x_L = x₀ + Σ F_l(x_{l−1})}. */
    LAYERS
}
