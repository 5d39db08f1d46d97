package io.fullynested.core.block;

import static io.fullynested.api.nesting.NestingLevel.CHANNELS;

import io.fullynested.api.block.BlockBuilder;
import io.fullynested.api.block.Extent;
import io.fullynested.api.block.NestableBlock;
import io.fullynested.api.block.Signal;
import io.fullynested.api.graph.IndexRanges;
import io.fullynested.api.graph.Window;
import io.fullynested.api.plugin.Option;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Convolution, batch norm, activation. Nested CHANNELS: the output channels, or with several groups those of each group. With as
 * many groups as input channels it is depthwise, and the input's channels are kept.
 */
public record ConvBlock(
        @Option(value = "output channels", min = 1) int channels,
        @Option(value = "side of the square kernel in pixels", byDefault = "3", min = 1) int kernel,
        @Option(value = "step of the kernel in pixels", byDefault = "1", min = 1) int stride,
        @Option(value = "groups of channels that see each other", byDefault = "1", min = 1) int groups,
        @Option(value = "what follows the batch norm", byDefault = "relu") Nonlinearity activation) implements NestableBlock {

    public ConvBlock {
        if (channels % groups != 0) {
            throw new IllegalArgumentException("channels " + channels + " is not a multiple of groups " + groups);
        }
    }

    @Override
    public Signal build(Signal x, BlockBuilder b) {
        Extent shared = groups(x);
        Extent out = shared.kept().equals(x.extent().kept()) && groups == channels && groups > 1 ? shared
                : shared.times(b.axis(CHANNELS, "channels", channels / groups));
        Signal y = b.convolution("conv", x, out, Window.of(kernel).stride(stride), shared);
        return activation.apply(b.batchNorm("norm", y), b);
    }

    /** The groups of whose channels the input keeps any. */
    private Extent groups(Signal x) {
        int inner = x.channels() / groups;
        if (inner == 0) {
            return Extent.fixed(groups);
        }
        List<IndexRanges.Range> kept = IntStream.range(0, groups)
                .filter(group -> x.extent().kept().within(group * inner, (group + 1) * inner) != null)
                .mapToObj(group -> new IndexRanges.Range(group, group + 1)).toList();
        return new Extent(groups, new IndexRanges(kept));
    }
}
