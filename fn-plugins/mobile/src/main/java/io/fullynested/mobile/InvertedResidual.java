package io.fullynested.mobile;

import static io.fullynested.api.nesting.NestingLevel.CHANNELS;
import static io.fullynested.api.nesting.NestingLevel.LAYERS;

import io.fullynested.api.block.BlockBuilder;
import io.fullynested.api.block.Extent;
import io.fullynested.api.block.NestableBlock;
import io.fullynested.api.block.Signal;
import io.fullynested.api.graph.Activation;
import io.fullynested.api.graph.Window;
import io.fullynested.api.plugin.Option;

/**
 * Units one after the other that widen their input by a 1×1 convolution, filter each channel by itself, and narrow it again by a
 * 1×1 convolution without an activation: {@code x ← x + F(x)}, the first unit {@code F(x)} if it changes the shape (Sandler et al.,
 * MobileNetV2, CVPR 2018). {@code C×H×W → channels×H/stride×W/stride}.
 *
 * <p>Nested LAYERS: the units. Nested CHANNELS: the stream, and the expansion of each unit.
 */
public record InvertedResidual(
        @Option(value = "output channels", min = 1) int channels,
        @Option(value = "units", byDefault = "1", min = 1) int layers,
        @Option(value = "how many times wider a unit is within; 1 for no expansion", byDefault = "6", min = 1) int expansion,
        @Option(value = "side of the depthwise kernel in pixels", byDefault = "3", min = 1) int kernel,
        @Option(value = "step of the first unit, in pixels", byDefault = "1", min = 1) int stride,
        @Option(value = "what follows the batch norms within a unit", byDefault = "relu6") Activation activation) implements NestableBlock {

    /** @throws IllegalArgumentException if the kernel has no middle, so that a unit could not be added to its input */
    public InvertedResidual {
        if (kernel % 2 == 0) {
            throw new IllegalArgumentException("kernel " + kernel + " has no middle. Maybe " + (kernel + 1) + "?");
        }
    }

    @Override
    public Signal build(Signal x, BlockBuilder b) {
        boolean sameStream = stride == 1 && x.channels() == channels;
        Extent stream = sameStream ? x.extent() : b.axis(CHANNELS, "channels", channels);
        return b.repeat("unit", b.axis(LAYERS, "layers", layers), x, (y, index, inner) -> index > 0 || sameStream
                ? inner.add(y, branch(y, 1, stream, 0, inner)) : branch(y, stride, stream, 1, inner));
    }

    private Signal branch(Signal x, int step, Extent stream, double gamma, BlockBuilder b) {
        Signal y = x;
        if (expansion > 1) {
            Extent expanded = b.axis(CHANNELS, "expanded", x.channels() * expansion);
            y = b.activate(activation, b.batchNorm("expand-norm", b.convolution("expand", x, expanded, Window.of(1))));
        }
        y = b.convolution("depthwise", y, y.extent(), Window.of(kernel).stride(step), y.extent());
        y = b.activate(activation, b.batchNorm("depthwise-norm", y));
        return b.batchNorm("project-norm", b.convolution("project", y, stream, Window.of(1)), gamma);
    }
}
