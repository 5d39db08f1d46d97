package io.fullynested.core.block;

import static io.fullynested.api.nesting.NestingLevel.CHANNELS;

import io.fullynested.api.block.BlockBuilder;
import io.fullynested.api.block.Extent;
import io.fullynested.api.block.NestableBlock;
import io.fullynested.api.block.Signal;
import io.fullynested.api.graph.Window;
import io.fullynested.api.plugin.Option;

/**
 * An image as a sequence of its patches: a convolution that makes one step of each, and learnt numbers that tell where it stands
 * (Dosovitskiy et al., An image is worth 16×16 words, ICLR 2021). {@code C×H×W → channels×(H/side · W/side)}. Nested CHANNELS: those of
 * the steps.
 */
public record Patches(
        @Option(value = "channels of each step", min = 1) int channels,
        @Option(value = "side of a patch, in pixels", byDefault = "4", min = 1) int side) implements NestableBlock {

    @Override
    public Signal build(Signal x, BlockBuilder b) {
        Extent steps = b.axis(CHANNELS, "channels", channels);
        Signal patches = b.convolution("patches", x, steps, new Window(side, side, 0, 1), Extent.fixed(1), true);
        return b.positions("positions", b.tokens(patches, 0));
    }
}
