package io.fullynested.mobile;

import static io.fullynested.api.nesting.NestingLevel.CHANNELS;
import static io.fullynested.api.nesting.NestingLevel.LAYERS;

import io.fullynested.api.block.BlockBuilder;
import io.fullynested.api.block.Extent;
import io.fullynested.api.block.NestableBlock;
import io.fullynested.api.block.Signal;
import io.fullynested.api.graph.Window;
import io.fullynested.api.plugin.Option;

/**
 * Units one after the other, {@code x ← relu(x + F(x))}, of a 1×1 convolution in groups, a channel shuffle, a depthwise convolution
 * and a 1×1 convolution in groups back (Zhang et al., ShuffleNet, CVPR 2018): {@code C×H×W → channels×H/stride×W/stride}. The first
 * unit's opening convolution sees all channels, as what comes in is not in groups; its shortcut is a 1×1 convolution.
 *
 * <p>Nested LAYERS: the units. Nested CHANNELS: those of each group of the stream, and the width of each unit, counted in channels
 * that a group hands to each other one: so groups are left alike whatever is kept. For the same reason the shuffle is the inverse
 * of the usual one, channel {@code i} going to group {@code i mod groups}.
 */
public record ShuffleUnit(
        @Option(value = "output channels", min = 1) int channels,
        @Option(value = "units", byDefault = "1", min = 1) int layers,
        @Option(value = "groups of channels that see each other", byDefault = "2", min = 1) int groups,
        @Option(value = "channels that a group hands to each one; 0 for a quarter of the output channels in all", byDefault = "0", min = 0)
        int width,
        @Option(value = "side of the depthwise kernel in pixels", byDefault = "3", min = 1) int kernel,
        @Option(value = "step of the first unit, in pixels", byDefault = "1", min = 1) int stride) implements NestableBlock {

    /** @throws IllegalArgumentException if the groups cannot share the channels, or the kernel has no middle */
    public ShuffleUnit {
        if (channels % groups != 0) {
            throw new IllegalArgumentException("channels " + channels + " is not a multiple of groups " + groups);
        }
        if (kernel % 2 == 0) {
            throw new IllegalArgumentException("kernel " + kernel + " has no middle. Maybe " + (kernel + 1) + "?");
        }
    }

    @Override
    public Signal build(Signal x, BlockBuilder b) {
        Extent stream = Extent.fixed(groups).times(b.axis(CHANNELS, "channels", channels / groups));
        return b.repeat("unit", b.axis(LAYERS, "layers", layers), x, (y, index, inner) -> unit(y, index == 0, stream, inner));
    }

    private Signal unit(Signal x, boolean first, Extent stream, BlockBuilder b) {
        Extent all = Extent.fixed(groups);
        Extent handed = b.axis(CHANNELS, "width", width > 0 ? width : Math.max(1, channels / (4 * groups * groups)));
        Extent bundle = all.times(handed).times(all);
        int step = first ? stride : 1;
        Signal y = b.convolution("open", x, bundle, Window.of(1), first ? Extent.fixed(1) : all);
        y = b.shuffle(b.relu(b.batchNorm("open-norm", y)), bundle.size() / groups);
        y = b.batchNorm("depthwise-norm", b.convolution("depthwise", y, y.extent(), Window.of(kernel).stride(step), y.extent()));
        y = b.batchNorm("close-norm", b.convolution("close", y, stream, Window.of(1), all), 0);
        Signal shortcut = first
                ? b.batchNorm("shortcut-norm", b.convolution("shortcut", x, stream, Window.of(1).stride(step))) : x;
        return b.relu(b.add(shortcut, y));
    }
}
