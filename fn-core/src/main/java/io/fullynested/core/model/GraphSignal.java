package io.fullynested.core.model;

import io.fullynested.api.block.Extent;
import io.fullynested.api.block.Signal;
import io.fullynested.api.graph.Shape;
import io.fullynested.core.spec.NetworkSpec;

/**
 * A signal of a network under construction.
 *
 * @param node        position of the node whose result it is
 * @param name        what its clip and bits are named after: the node, or the row of layers that it is the end of
 * @param shape       its shape in the supernet
 * @param extent      its channels in the supernet, and those kept: where a consumer's weights are sliced
 * @param block       the block that made it
 * @param nonNegative whether it is never below zero
 * @param settled     whether it holds codes already, so that a consumer need not quantise it
 */
record GraphSignal(int node, String name, Shape shape, Extent extent, NetworkSpec.Block block, boolean nonNegative, boolean settled)
        implements Signal {

    GraphSignal named(String other) {
        return new GraphSignal(node, other, shape, extent, block, nonNegative, settled);
    }
}
