package io.fullynested.core.block;

import static io.fullynested.api.nesting.NestingLevel.CHANNELS;
import static io.fullynested.api.nesting.NestingLevel.LAYERS;
import static io.fullynested.api.nesting.NestingLevel.PATHS;

import io.fullynested.api.block.BlockBuilder;
import io.fullynested.api.block.Extent;
import io.fullynested.api.block.NestableBlock;
import io.fullynested.api.block.Signal;
import io.fullynested.api.graph.Window;
import io.fullynested.api.plugin.Option;

/**
 * Residual units one after the other, {@code x ← relu(x + Σ_p F_p(x))}, each of parallel bottleneck paths: a 1×1 convolution into
 * the path, a k×k convolution within it, a 1×1 convolution back (Xie et al., ResNeXt, CVPR 2017). The paths of a unit are one
 * bundle: their openings side by side, one convolution in groups, their closings summed by one convolution.
 *
 * <p>Nested LAYERS: the units, of which the first may change the shape. Nested PATHS: the paths of each unit. Nested CHANNELS: the
 * residual stream, and the width of the paths of each unit.
 */
public record ResidualStage(
        @Option(value = "channels of the residual stream", min = 1) int channels,
        @Option(value = "residual units", byDefault = "2", min = 1) int layers,
        @Option(value = "parallel paths of a unit", byDefault = "4", min = 1) int paths,
        @Option(value = "channels of a path; 0 for channels / (2 paths)", byDefault = "0", min = 0) int width,
        @Option(value = "side of the kernel within a path, in pixels", byDefault = "3", min = 1) int kernel,
        @Option(value = "step of the first unit, in pixels", byDefault = "1", min = 1) int stride) implements NestableBlock {

    @Override
    public Signal build(Signal x, BlockBuilder b) {
        boolean sameStream = stride == 1 && x.channels() == channels;
        Extent stream = sameStream ? x.extent() : b.axis(CHANNELS, "channels", channels);
        Extent kept = b.axis(LAYERS, "layers", layers);
        return b.repeat("unit", kept, x, (y, index, inner) -> unit(y, index == 0 ? stride : 1, index == 0 && !sameStream, stream, inner));
    }

    private Signal unit(Signal x, int step, boolean project, Extent stream, BlockBuilder b) {
        Extent bundlePaths = b.axis(PATHS, "paths", paths);
        Extent bundle = bundlePaths.times(b.axis(CHANNELS, "width", width > 0 ? width : Math.max(1, channels / (2 * paths))));
        Signal y = b.relu(b.batchNorm("open-norm", b.convolution("open", x, bundle, Window.of(1))));
        y = b.relu(b.batchNorm("inner-norm", b.convolution("inner", y, bundle, Window.of(kernel).stride(step), bundlePaths)));
        y = b.batchNorm("close-norm", b.convolution("close", y, stream, Window.of(1)), 0);
        Signal shortcut = project
                ? b.batchNorm("shortcut-norm", b.convolution("shortcut", x, stream, Window.of(1).stride(step))) : x;
        return b.relu(b.add(shortcut, y));
    }
}
