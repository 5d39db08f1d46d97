package io.fullynested.c;

/**
 * The numbers of a convolution or dense layer as the C text has them.
 *
 * @param bits    of a weight
 * @param weights at their bits, side by side, each as an unsigned byte
 * @param biases  in units of the products; of a channel that is silenced, the code that comes out
 * @param factors one for each output channel, see {@link Factor}; 0 for a channel that is silenced
 */
record LayerData(int bits, long[] weights, long[] biases, long[] factors) {

    /** By identity: it is made once for a layer. */
    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    @Override
    public String toString() {
        return weights.length + " bytes of weights of " + bits + " bits";
    }
}
