package io.fullynested.core.block;

import io.fullynested.api.block.BlockBuilder;
import io.fullynested.api.block.NestableBlock;
import io.fullynested.api.block.Signal;
import io.fullynested.api.plugin.Option;

/** Every pixel becomes a square of pixels. */
public record Enlarge(@Option(value = "pixels that each becomes in each direction", byDefault = "2", min = 1) int factor) implements NestableBlock {

    @Override
    public Signal build(Signal x, BlockBuilder b) {
        return b.resize(x, factor);
    }
}
