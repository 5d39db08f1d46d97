package io.fullynested.core.block;

import io.fullynested.api.block.BlockBuilder;
import io.fullynested.api.block.Extent;
import io.fullynested.api.block.NestableBlock;
import io.fullynested.api.block.Signal;
import io.fullynested.api.plugin.Option;

/** Dense layer to numbers of any kind; an image is flattened first. Nothing is nested. */
public record Linear(@Option(value = "numbers", min = 1) int outputs) implements NestableBlock {

    @Override
    public Signal build(Signal x, BlockBuilder b) {
        return b.dense("outputs", b.flatten(x), Extent.fixed(outputs));
    }
}
