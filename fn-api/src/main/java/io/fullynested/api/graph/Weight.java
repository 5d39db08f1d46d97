package io.fullynested.api.graph;

/**
 * The weights of a convolution or dense operator: a slice of a master tensor read at a number of bits.
 *
 * @param slice output channels first
 * @param bits  leading bits of the nested code that are kept, or {@link #FLOAT}
 */
public record Weight(ParameterSlice slice, int bits) {

    /** The bits of a weight or activation that is not quantised. */
    public static final int FLOAT = 32;

    /** Whether the weights are read as codes. */
    public boolean quantized() {
        return bits != FLOAT;
    }
}
