package io.fullynested.mobile;

import static io.fullynested.api.nesting.NestingLevel.CHANNELS;

import io.fullynested.api.block.BlockBuilder;
import io.fullynested.api.block.NestableBlock;
import io.fullynested.api.block.Signal;
import io.fullynested.api.graph.Activation;
import io.fullynested.api.graph.Window;
import io.fullynested.api.plugin.Option;

/**
 * A convolution of each channel by itself, then a 1×1 convolution across them, each with batch norm and activation (Howard et al.,
 * MobileNets, 2017): {@code C×H×W → channels×H/stride×W/stride}. Nested CHANNELS: the output channels.
 */
public record DepthwiseSeparable(
        @Option(value = "output channels", min = 1) int channels,
        @Option(value = "side of the depthwise kernel in pixels", byDefault = "3", min = 1) int kernel,
        @Option(value = "step of the depthwise kernel in pixels", byDefault = "1", min = 1) int stride,
        @Option(value = "what follows each batch norm", byDefault = "relu") Activation activation) implements NestableBlock {

    @Override
    public Signal build(Signal x, BlockBuilder b) {
        Signal y = b.convolution("depthwise", x, x.extent(), Window.of(kernel).stride(stride), x.extent());
        y = b.activate(activation, b.batchNorm("depthwise-norm", y));
        y = b.convolution("pointwise", y, b.axis(CHANNELS, "channels", channels), Window.of(1));
        return b.activate(activation, b.batchNorm("pointwise-norm", y));
    }
}
