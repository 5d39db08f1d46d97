package io.fullynested.core.block;

import static io.fullynested.api.nesting.NestingLevel.NEURONS;

import io.fullynested.api.block.BlockBuilder;
import io.fullynested.api.block.NestableBlock;
import io.fullynested.api.block.Signal;
import io.fullynested.api.plugin.Option;

/** Dense layer, batch norm, activation; an image is flattened first. Nested NEURONS: its units. */
public record DenseBlock(
        @Option(value = "units", min = 1) int neurons,
        @Option(value = "what follows the batch norm", byDefault = "relu") Nonlinearity activation) implements NestableBlock {

    @Override
    public Signal build(Signal x, BlockBuilder b) {
        Signal y = b.dense("dense", b.flatten(x), b.axis(NEURONS, "neurons", neurons), false);
        return activation.apply(b.batchNorm("norm", y), b);
    }
}
