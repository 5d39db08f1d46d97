package io.fullynested.api.block;

import io.fullynested.api.graph.Shape;

/** A value that flows between the operators of a block. It is described at its full width; what is kept is the builder's business. */
public interface Signal {

    /** Its shape in the supernet. */
    Shape shape();

    /** Its channels (or features): full size, and those kept. */
    Extent extent();

    /** Channels (or features) in the supernet. */
    default int channels() {
        return shape().channels();
    }
}
