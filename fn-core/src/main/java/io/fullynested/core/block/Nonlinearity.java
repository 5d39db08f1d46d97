package io.fullynested.core.block;

import io.fullynested.api.block.BlockBuilder;
import io.fullynested.api.block.Signal;
import io.fullynested.api.graph.Activation;

/** What follows a layer: an activation function, or none. */
public enum Nonlinearity {
    NONE(null),
    RELU(Activation.RELU),
    RELU6(Activation.RELU6),
    HARD_SWISH(Activation.HARD_SWISH),
    HARD_SIGMOID(Activation.HARD_SIGMOID),
    SIGMOID(Activation.SIGMOID),
    TANH(Activation.TANH),
    GELU(Activation.GELU),
    SILU(Activation.SILU),
    GELU_TANH(Activation.GELU_TANH);

    private final Activation function;

    Nonlinearity(Activation function) {
        this.function = function;
    }

    Signal apply(Signal x, BlockBuilder b) {
        return function == null ? x : b.activate(function, x);
    }
}
