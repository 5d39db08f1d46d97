package io.fullynested.mobile;

import static io.fullynested.api.nesting.NestingLevel.NEURONS;

import io.fullynested.api.block.BlockBuilder;
import io.fullynested.api.block.Extent;
import io.fullynested.api.block.NestableBlock;
import io.fullynested.api.block.Signal;
import io.fullynested.api.graph.Activation;
import io.fullynested.api.plugin.Option;

/**
 * A gate for each channel, computed from the means of all of them by two dense layers (Hu et al., CVPR 2018; with a hard sigmoid as
 * in MobileNetV3): {@code C×H×W → C×H×W}. Nested NEURONS: those between the two layers.
 */
public record SqueezeExcite(
        @Option(value = "how many times fewer neurons than channels", byDefault = "4", min = 1) int reduction,
        @Option(value = "what makes the gate", byDefault = "hard-sigmoid") Gate gate) implements NestableBlock {

    /** Functions whose values are within 0..1. */
    public enum Gate {
        SIGMOID(Activation.SIGMOID),
        HARD_SIGMOID(Activation.HARD_SIGMOID);

        private final Activation function;

        Gate(Activation function) {
            this.function = function;
        }
    }

    @Override
    public Signal build(Signal x, BlockBuilder b) {
        Extent squeezed = b.axis(NEURONS, "squeezed", Math.max(1, x.channels() / reduction));
        Signal y = b.relu(b.dense("down", b.globalAveragePool(x), squeezed));
        return b.multiply(x, b.activate(gate.function, b.dense("up", y, x.extent())));
    }
}
