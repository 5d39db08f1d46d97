package io.fullynested.core.block;

import io.fullynested.api.block.BlockBuilder;
import io.fullynested.api.block.Extent;
import io.fullynested.api.block.NestableBlock;
import io.fullynested.api.block.Signal;
import io.fullynested.api.graph.Window;
import io.fullynested.api.plugin.Option;

/** Convolution of 1×1 and batch norm, to one logit per class for each pixel. Nothing is nested. */
public record PixelClassifier(@Option(value = "classes", min = 2) int classes) implements NestableBlock {

    @Override
    public Signal build(Signal x, BlockBuilder b) {
        return b.batchNorm("norm", b.convolution("logits", x, Extent.fixed(classes), Window.of(1)));
    }
}
