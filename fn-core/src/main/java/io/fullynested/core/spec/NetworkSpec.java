package io.fullynested.core.spec;

import io.fullynested.api.block.NestableBlock;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.plugin.Option;
import java.util.List;
import java.util.Optional;

/** A supernet as its author describes it. */
public record NetworkSpec(
        @Option("the image that goes in") Input input,
        @Option("the blocks, one after the other; the last one's output are the logits") List<Block> blocks,
        @Option(value = "which prefixes are legal", byDefault = "{}") NestingOptions nesting,
        @Option(value = "which numbers are codes", byDefault = "{}") QuantizationOptions quantization) {

    public NetworkSpec {
        blocks = List.copyOf(blocks);
        if (blocks.isEmpty()) {
            throw new IllegalArgumentException("a network needs at least one block");
        }
    }

    /** The shape of the input image. */
    public record Input(
            @Option(value = "channels", min = 1) int channels,
            @Option(value = "rows in pixels", min = 1) int height,
            @Option(value = "columns in pixels", min = 1) int width) {

        /** As the shape of a signal. */
        public Shape shape() {
            return Shape.image(channels, height, width);
        }
    }

    /**
     * A block and what the network's author says about it.
     *
     * @param name     unique; starts the names of its nodes and axes. Empty until {@link Options} or {@link SpecReader} name it by its kind
     * @param block    the block
     * @param quantize whether the network's quantization holds within it
     * @param nesting  in the place of the network's
     */
    public record Block(String name, NestableBlock block, boolean quantize, Optional<NestingOptions> nesting) {

        /** A block to be named by its kind, with the network's quantization and nesting. */
        public static Block of(NestableBlock block) {
            return new Block("", block, true, Optional.empty());
        }

        /** The same with a name. */
        public Block named(String given) {
            return new Block(given, block, quantize, nesting);
        }

        /** The same with a nesting of its own. */
        public Block nested(NestingOptions own) {
            return new Block(name, block, quantize, Optional.of(own));
        }
    }
}
