package io.fullynested.api.block;

import java.util.List;

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

    /**
     * Adds the block to a network that has several chains of blocks; one that joins chains takes the signals of all of them.
     *
     * @param signals what goes in: one signal, or as many as the user says the block is {@code of}
     * @param b       as above
     * @throws IllegalArgumentException if the block cannot take so many, or one of them
     */
    default Signal build(List<Signal> signals, BlockBuilder b) {
        if (signals.size() != 1) {
            throw new IllegalArgumentException("takes one signal, not " + signals.size() + ". Maybe a block {kind: concat} before it, which joins them?");
        }
        return build(signals.get(0), b);
    }
}
