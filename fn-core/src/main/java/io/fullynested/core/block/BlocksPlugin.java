package io.fullynested.core.block;

import io.fullynested.api.block.NestableBlock;
import io.fullynested.api.plugin.Factory;
import io.fullynested.api.plugin.FullyNestedPlugin;
import java.util.List;

/** The built-in blocks. */
public final class BlocksPlugin implements FullyNestedPlugin {

    @Override
    public String name() {
        return "blocks";
    }

    @Override
    public List<Factory<NestableBlock>> blocks() {
        return List.of(
                block("conv", "convolution, batch norm, activation; nested channels", ConvBlock.class),
                block("residual-stage", "residual units of parallel paths; nested layers, paths and channels", ResidualStage.class),
                block("basic-stage", "residual units of two convolutions, as in ResNet-18; nested layers and channels", BasicStage.class),
                block("patches", "an image as the sequence of its patches; nested channels", Patches.class),
                block("transformer", "layers of attention and of two dense layers, as in ViT; nested layers, paths, channels and neurons", TransformerStage.class),
                block("max-pool", "maximum over a window", Pooling.Max.class),
                block("average-pool", "mean over a window", Pooling.Average.class),
                block("global-average-pool", "mean of each channel", Pooling.Global.class),
                block("concat", "joins the chains of blocks that it is of: their channels, or all their numbers if their sizes differ", Join.class),
                block("dense", "dense layer, batch norm, activation; nested neurons", DenseBlock.class),
                block("classifier", "dense layer to one logit per class", Classifier.class),
                block("linear", "dense layer to numbers of any kind, such as quantities or the logits of labels", Linear.class),
                block("enlarge", "every pixel becomes a square of pixels, as after a stride", Enlarge.class),
                block("pixel-classifier", "1×1 convolution to one logit per class for each pixel", PixelClassifier.class),
                block("graph", "any network as a list of nodes, as an import writes it; nested channels, neurons and layers", GraphBlock.class));
    }

    private static <R extends Record> Factory<NestableBlock> block(String kind, String summary, Class<R> type) {
        return Factory.of(kind, summary, type, NestableBlock.class);
    }
}
