package io.fullynested.core.block;

import static io.fullynested.api.nesting.NestingLevel.CHANNELS;
import static io.fullynested.api.nesting.NestingLevel.LAYERS;
import static io.fullynested.api.nesting.NestingLevel.NEURONS;
import static io.fullynested.api.nesting.NestingLevel.PATHS;

import io.fullynested.api.block.BlockBuilder;
import io.fullynested.api.block.Extent;
import io.fullynested.api.block.NestableBlock;
import io.fullynested.api.block.Signal;
import io.fullynested.api.graph.Activation;
import io.fullynested.api.graph.Window;
import io.fullynested.api.plugin.Option;

/**
 * Layers of a transformer's encoder, as those of ViT (Dosovitskiy et al., ICLR 2021): {@code x ← x + attention(norm(x))}, then
 * {@code x ← x + down(gelu(up(norm(x))))}; a layer norm at the end. An image is taken as the sequence of its pixels.
 *
 * <p>Nested LAYERS: the layers. Nested PATHS: the heads of each, whose values are summed by what closes the attention. Nested CHANNELS: what
 * a head compares, and what it hands on. Nested NEURONS: the inner units of each.
 */
public record TransformerStage(
        @Option(value = "layers", byDefault = "2", min = 1) int layers,
        @Option(value = "heads of an attention", byDefault = "4", min = 1) int heads,
        @Option(value = "channels of a head; 0 for those of the signal / heads", byDefault = "0", min = 0) int width,
        @Option(value = "inner units of a layer; 0 for twice the channels of the signal", byDefault = "0", min = 0) int neurons) implements NestableBlock {

    @Override
    public Signal build(Signal x, BlockBuilder b) {
        Signal y = b.repeat("layer", b.axis(LAYERS, "layers", layers), b.tokens(x, 0), (z, index, inner) -> layer(z, inner));
        return b.layerNorm("norm", y);
    }

    private Signal layer(Signal x, BlockBuilder b) {
        int head = width > 0 ? width : Math.max(1, x.channels() / heads);
        Extent paths = b.axis(PATHS, "heads", heads);
        Extent compared = paths.times(b.axis(CHANNELS, "keys", head));
        Extent mixed = paths.times(b.axis(CHANNELS, "values", head));
        Signal seen = b.layerNorm("attention-norm", x);
        Signal told = b.attention(each("queries", seen, compared, b), each("keys", seen, compared, b), each("values", seen, mixed, b), paths, 1 / Math.sqrt(head));
        Signal y = b.add(x, each("close", told, x.extent(), b));
        Extent inner = b.axis(NEURONS, "neurons", neurons > 0 ? neurons : 2 * x.channels());
        Signal up = b.activate(Activation.GELU, each("up", b.layerNorm("norm", y), inner, b));
        return b.add(y, each("down", up, x.extent(), b));
    }

    /** A dense layer of each step. */
    private static Signal each(String name, Signal x, Extent out, BlockBuilder b) {
        return b.convolution(name, x, out, Window.of(1), Extent.fixed(1), true);
    }
}
