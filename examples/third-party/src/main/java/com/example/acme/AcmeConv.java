package com.example.acme;

import io.fullynested.api.block.BlockBuilder;
import io.fullynested.api.block.Extent;
import io.fullynested.api.block.NestableBlock;
import io.fullynested.api.block.Signal;
import io.fullynested.api.graph.Window;
import io.fullynested.api.nesting.NestingLevel;
import io.fullynested.api.plugin.Option;

/** A convolution gated by another one (Dauphin et al., ICML 2017): C×H×W → channels×H×W. Nested CHANNELS: those of both. */
public record AcmeConv(
        @Option(value = "output channels", min = 1) int channels,
        @Option(value = "side of the square kernel in pixels", byDefault = "3", min = 1) int kernel) implements NestableBlock {

    public AcmeConv {
        if (kernel % 2 == 0) {
            throw new IllegalArgumentException("kernel " + kernel + " has no middle. Maybe " + (kernel + 1) + "?");
        }
    }

    @Override
    public Signal build(Signal x, BlockBuilder b) {
        Extent kept = b.axis(NestingLevel.CHANNELS, "channels", channels);
        Signal value = b.batchNorm("value-norm", b.convolution("value", x, kept, Window.of(kernel)));
        Signal gate = b.batchNorm("gate-norm", b.convolution("gate", x, kept, Window.of(kernel)));
        return b.multiply(value, b.sigmoid(gate));
    }
}
