package io.fullynested.core.block;

import io.fullynested.api.block.BlockBuilder;
import io.fullynested.api.block.Signal;
import io.fullynested.api.graph.Activation;

/** What follows a layer: an activation function, or none. */
public enum Nonlinearity {
    NONE, RELU, RELU6, HARD_SWISH, HARD_SIGMOID, SIGMOID;

    Signal apply(Signal x, BlockBuilder b) {
        return this == NONE ? x : b.activate(Activation.valueOf(name()), x);
    }
}
