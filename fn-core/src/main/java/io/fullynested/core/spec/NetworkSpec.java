package io.fullynested.core.spec;

import io.fullynested.api.block.NestableBlock;
import io.fullynested.api.data.Dataset;
import io.fullynested.api.graph.Input.Type;
import io.fullynested.api.graph.Input.Values;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.plugin.Option;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A supernet as its author describes it. Blocks form a chain, or several: a block that says what it is {@code of} starts another one
 * there, and one that is of several joins them. What the last block gives comes out, or what several do that {@code outputs} names.
 */
public record NetworkSpec(
        @Option("what goes in, if it is one image or one row of numbers") Optional<Input> input,
        @Option(value = "what goes in, if it is several", byDefault = "[]") List<Input> inputs,
        @Option("the blocks, one after the other; the last one's output are the logits") List<Block> blocks,
        @Option(value = "which prefixes are legal", byDefault = "{}") NestingOptions nesting,
        @Option(value = "which numbers are codes", byDefault = "{}") QuantizationOptions quantization,
        @Option("what files call the output, if it is one; if absent, what it is by its task: logits") Optional<String> output,
        @Option(value = "the blocks whose results come out, by their names, which files call them by too; [] for the last block alone", byDefault = "[]")
        List<String> outputs) {

    /** @throws IllegalArgumentException if there is nothing that goes in, no block, or blocks and inputs do not form a network */
    public NetworkSpec {
        inputs = List.copyOf(inputs);
        blocks = List.copyOf(blocks);
        outputs = List.copyOf(outputs);
        if (input.isPresent() != inputs.isEmpty()) {
            throw new IllegalArgumentException("a network needs one of input and inputs. Maybe input: {channels: 3, height: 32, width: 32}?");
        }
        if (blocks.isEmpty()) {
            throw new IllegalArgumentException("a network needs at least one block");
        }
        if (output.isPresent() && !outputs.isEmpty()) {
            throw new IllegalArgumentException("outputs have the names of their blocks. Maybe no output: " + output.get() + "?");
        }
        Wiring.check(input.map(List::of).orElse(inputs), blocks, output, outputs);
    }

    /** A network with one input. */
    public NetworkSpec(Input input, List<Block> blocks, NestingOptions nesting, QuantizationOptions quantization) {
        this(Optional.of(input), List.of(), blocks, nesting, quantization, Optional.empty(), List.of());
    }

    /** The same inputs and outputs, with other blocks between. */
    public NetworkSpec with(List<Block> others, NestingOptions prefixes, QuantizationOptions codes) {
        return new NetworkSpec(input, inputs, others, prefixes, codes, output, outputs);
    }

    /** What files call the output, if it is one and has a name. */
    public Optional<String> onlyOutput() {
        return outputs.size() == 1 ? Optional.of(outputs.get(0)) : output;
    }

    /** All that goes in, in the order in which a sample has it. */
    public List<Input> takes() {
        return input.map(List::of).orElse(inputs);
    }

    /** The shapes of all that goes in. */
    public List<Shape> parts() {
        return takes().stream().map(Input::shape).toList();
    }

    /** The shape of a sample: all that goes in. */
    public Shape sample() {
        return Shape.joined(parts());
    }

    /**
     * Sees that data have what goes in.
     *
     * @throws IllegalArgumentException if they have not
     */
    public void requireParts(Dataset data) {
        List<Shape> parts = parts();
        boolean same = parts.size() == data.parts().size();
        for (int i = 0; same && i < parts.size(); i++) {
            same = parts.get(i).holdsAs(data.parts().get(i));
        }
        if (!same) {
            if (parts.size() == 1 && data.parts().size() == 1 && parts.get(0).positions() == 1 && data.shape().positions() == 1) {
                throw new IllegalArgumentException("rows have " + data.shape().channels() + " columns beside the label, not " + parts.get(0).channels()
                        + ". Maybe features: " + data.shape().channels() + ", or columns in 'ignore'?");
            }
            throw new IllegalArgumentException(parts.size() == 1 && data.parts().size() == 1 ? "the images are " + data.shape() + ", not " + parts.get(0) + asOf(data.shape())
                    : "the data have " + described(data.parts()) + ", not " + described(parts));
        }
    }

    /** What to write for images as they are. */
    private static String asOf(Shape images) {
        return images.positions() == 1 ? "" : ". Maybe {channels: " + images.channels() + ", height: " + images.height() + ", width: " + images.width() + "}?";
    }

    private static String described(List<Shape> parts) {
        return parts.stream().map(Shape::described).collect(Collectors.joining(" and "));
    }

    /** An image or a row of numbers. */
    public record Input(
            @Option(value = "letters, digits, _ . : and -; what files call it", byDefault = "input") String name,
            @Option(value = "channels of an image", min = 1) Optional<Integer> channels,
            @Option(value = "rows in pixels", min = 1) Optional<Integer> height,
            @Option(value = "columns in pixels", min = 1) Optional<Integer> width,
            @Option(value = "in their place the numbers of a row, which is no image", min = 1) Optional<Integer> features,
            @Option(value = "by the mean and deviation of the training data, or by none, or by given ones of each channel", byDefault = "data")
            Normalization normalize,
            @Option(value = "how exported files take it; uint8 as bytes, 0 for the least and 255 for the greatest number of the range", byDefault = "float32")
            Type type,
            @Option("the least and the greatest number that it holds; [0, 1] of an image, of a row any if absent") Optional<List<Double>> range) {

        /** @throws IllegalArgumentException if it has no shape, or numbers that do not go with it */
        public Input {
            Wiring.requireName(name);
            boolean image = channels.isPresent() && height.isPresent() && width.isPresent();
            if (image ? features.isPresent() : channels.isPresent() || height.isPresent() || width.isPresent() || features.isEmpty()) {
                throw new IllegalArgumentException("'" + name + "' needs channels, height and width, or else features");
            }
            Shape shape = shape(channels, height, width, features);
            if (normalize instanceof Normalization.Given given && given.mean().size() != shape.channels()) {
                throw new IllegalArgumentException("'" + name + "' has " + shape.channels() + " channels or features, so it needs as many means, found "
                        + given.mean().size());
            }
            values(shape, type, range);
        }

        /** An image in 0..1, normalised as the training data are, and called {@code input}. */
        public Input(int channels, int height, int width) {
            this("input", Optional.of(channels), Optional.of(height), Optional.of(width), Optional.empty(), Normalization.Word.DATA, Type.FLOAT32,
                    Optional.empty());
        }

        /** As the shape of a signal. */
        public Shape shape() {
            return shape(channels, height, width, features);
        }

        private static Shape shape(Optional<Integer> channels, Optional<Integer> height, Optional<Integer> width, Optional<Integer> features) {
            return features.map(Shape::flat).orElseGet(() -> Shape.image(channels.orElseThrow(), height.orElseThrow(), width.orElseThrow()));
        }

        /** What numbers it holds. */
        public Values values() {
            return values(shape(), type, range);
        }

        private static Values values(Shape shape, Type type, Optional<List<Double>> range) {
            if (range.isEmpty()) {
                Values any = shape.positions() == 1 ? Values.ANY : Values.SHARES;
                return new Values(type, any.least(), any.most());
            }
            if (range.get().size() != 2) {
                throw new IllegalArgumentException("a range is two numbers, the least and the greatest, found " + range.get().size());
            }
            return new Values(type, range.get().get(0), range.get().get(1));
        }

        /** The master tensor of its means. */
        public String mean() {
            return name + "/mean";
        }

        /** The master tensor of its deviations. */
        public String deviation() {
            return name + "/deviation";
        }
    }

    /**
     * A block and what the network's author says about it.
     *
     * @param name     unique; starts the names of its nodes and axes. Empty until {@link Options} or {@link SpecReader} name it by its kind
     * @param block    the block
     * @param of       the inputs or earlier blocks whose signals it takes; of none that of the block before it, or of the first input
     * @param quantize whether the network's quantization holds within it
     * @param nesting  in the place of the network's
     */
    public record Block(String name, NestableBlock block, List<String> of, boolean quantize, Optional<NestingOptions> nesting) {

        public Block {
            of = List.copyOf(of);
        }

        /** A block that takes what the one before it gives. */
        public Block(String name, NestableBlock block, boolean quantize, Optional<NestingOptions> nesting) {
            this(name, block, List.of(), quantize, nesting);
        }

        /** A block to be named by its kind, with the network's quantization and nesting. */
        public static Block of(NestableBlock block) {
            return new Block("", block, true, Optional.empty());
        }

        /** The same with a name. */
        public Block named(String given) {
            return new Block(given, block, of, quantize, nesting);
        }

        /** The same with a nesting of its own. */
        public Block nested(NestingOptions own) {
            return new Block(name, block, of, quantize, Optional.of(own));
        }

        /** The same of inputs or earlier blocks, by name. */
        public Block taking(String... names) {
            return new Block(name, block, List.of(names), quantize, nesting);
        }
    }
}
