package io.fullynested.core.block;

import static io.fullynested.api.nesting.NestingLevel.CHANNELS;
import static io.fullynested.api.nesting.NestingLevel.LAYERS;

import io.fullynested.api.block.BlockBuilder;
import io.fullynested.api.block.Extent;
import io.fullynested.api.block.NestableBlock;
import io.fullynested.api.block.Signal;
import io.fullynested.api.graph.Window;
import io.fullynested.api.plugin.Option;

/**
 * Residual units one after the other, {@code x ← relu(x + F(x))}, each of two k×k convolutions: the basic blocks of ResNet-18 and of the
 * ResNets for small images (He et al., CVPR 2016). {@code C×H×W → channels×H/stride×W/stride}.
 *
 * <p>Nested LAYERS: the units, of which the first may change the shape. Nested CHANNELS: the residual stream, and what lies between the two
 * convolutions of each unit.
 */
public record BasicStage(
        @Option(value = "channels of the residual stream", min = 1) int channels,
        @Option(value = "residual units", byDefault = "2", min = 1) int layers,
        @Option(value = "channels within a unit; 0 for as many as the stream has", byDefault = "0", min = 0) int width,
        @Option(value = "side of the kernels, in pixels", byDefault = "3", min = 1) int kernel,
        @Option(value = "step of the first unit, in pixels", byDefault = "1", min = 1) int stride) implements NestableBlock {

    /** @throws IllegalArgumentException if the kernel has no middle, so that a unit could not be added to its input */
    public BasicStage {
        if (kernel % 2 == 0) {
            throw new IllegalArgumentException("kernel " + kernel + " has no middle. Maybe " + (kernel + 1) + "?");
        }
    }

    @Override
    public Signal build(Signal x, BlockBuilder b) {
        boolean sameStream = stride == 1 && x.channels() == channels;
        Extent stream = sameStream ? x.extent() : b.axis(CHANNELS, "channels", channels);
        return b.repeat("unit", b.axis(LAYERS, "layers", layers), x,
                (y, index, inner) -> unit(y, index == 0 ? stride : 1, index == 0 && !sameStream, stream, inner));
    }

    private Signal unit(Signal x, int step, boolean project, Extent stream, BlockBuilder b) {
        Extent inner = b.axis(CHANNELS, "width", width > 0 ? width : channels);
        Signal y = b.relu(b.batchNorm("open-norm", b.convolution("open", x, inner, Window.of(kernel).stride(step))));
        y = b.batchNorm("close-norm", b.convolution("close", y, stream, Window.of(kernel)), 0);
        Signal shortcut = project ? b.batchNorm("shortcut-norm", b.convolution("shortcut", x, stream, Window.of(1).stride(step))) : x;
        return b.relu(b.add(shortcut, y));
    }
}
