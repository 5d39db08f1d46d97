package io.fullynested.api.block;

/**
 * A part of a network that can be nested. It describes itself once; training, slicing, cost, search and export follow from that.
 * {@link #build} is called for every submodel and must depend on nothing but the block's own options and its arguments.
 */
@FunctionalInterface
public interface NestableBlock {

    /**
     * Adds the block to the network.
     *
     * @param x the signal that goes in
     * @param b builds operators and declares axes; names are unique within the block
     * @return the signal that comes out
     * @throws IllegalArgumentException if the block cannot take a signal of this shape; the message is shown to the user
     */
    Signal build(Signal x, BlockBuilder b);
}
