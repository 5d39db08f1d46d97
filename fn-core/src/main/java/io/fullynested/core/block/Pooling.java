package io.fullynested.core.block;

import io.fullynested.api.block.BlockBuilder;
import io.fullynested.api.block.NestableBlock;
import io.fullynested.api.block.Signal;
import io.fullynested.api.graph.Window;
import io.fullynested.api.plugin.Option;

/** The pooling blocks. Nothing is nested in them; they keep the channels that come in. */
public final class Pooling {

    private Pooling() {
    }

    /** The maximum. */
    public record Max(
            @Option(value = "side of the window in pixels", byDefault = "2", min = 1) int kernel,
            @Option(value = "step in pixels; 0 for the side of the window", byDefault = "0", min = 0) int stride,
            @Option(value = "pixels added on each side", byDefault = "0", min = 0) int padding) implements NestableBlock {
        @Override
        public Signal build(Signal x, BlockBuilder b) {
            return b.maxPool(x, new Window(kernel, stride > 0 ? stride : kernel, padding, 1));
        }
    }

    /** The mean. */
    public record Average(
            @Option(value = "side of the window in pixels", byDefault = "2", min = 1) int kernel,
            @Option(value = "step in pixels; 0 for the side of the window", byDefault = "0", min = 0) int stride,
            @Option(value = "zero pixels added on each side", byDefault = "0", min = 0) int padding) implements NestableBlock {
        @Override
        public Signal build(Signal x, BlockBuilder b) {
            return b.averagePool(x, new Window(kernel, stride > 0 ? stride : kernel, padding, 1));
        }
    }

    /** The mean of each channel. */
    public record Global() implements NestableBlock {
        @Override
        public Signal build(Signal x, BlockBuilder b) {
            return b.globalAveragePool(x);
        }
    }
}
