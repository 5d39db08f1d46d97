package io.fullynested.core.block;

import io.fullynested.api.block.BlockBuilder;
import io.fullynested.api.block.Extent;
import io.fullynested.api.block.NestableBlock;
import io.fullynested.api.block.Signal;
import io.fullynested.api.plugin.Option;

/** Dense layer to one logit per class; an image is flattened first. Nothing is nested. */
public record Classifier(@Option(value = "classes", min = 2) int classes) implements NestableBlock {

    @Override
    public Signal build(Signal x, BlockBuilder b) {
        return b.dense("logits", b.flatten(x), Extent.fixed(classes));
    }
}
