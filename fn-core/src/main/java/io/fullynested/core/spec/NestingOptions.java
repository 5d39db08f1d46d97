package io.fullynested.core.spec;

import io.fullynested.api.nesting.NestingLevel;
import io.fullynested.api.plugin.Option;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Which prefixes of channels, neurons, paths and layers are legal, and which axes move together. */
public record NestingOptions(
        @Option(value = "channels of convolutions", byDefault = "{keeps: [1/4, 1/2, 3/4, 1]}") Level channels,
        @Option(value = "units of dense layers", byDefault = "{keeps: [1/4, 1/2, 3/4, 1]}") Level neurons,
        @Option(value = "parallel residual paths, and heads of attentions", byDefault = "{}") Level paths,
        @Option(value = "residual layers of a stage", byDefault = "{}") Level layers,
        @Option(value = "whether each kept width of a signal has a batch norm of its own, as in slimmable networks", byDefault = "false")
        boolean switchableBatchNorms) {

    /** With batch norms that all widths share. */
    public NestingOptions(Level channels, Level neurons, Level paths, Level layers) {
        this(channels, neurons, paths, layers, false);
    }

    /** How far a knob reaches. */
    public enum Granularity {
        /** One for the whole network. */
        NETWORK,
        /** One for each block of {@code network.blocks}. */
        BLOCK,
        /** One for each layer. */
        LAYER
    }

    /** The legal prefixes of one level. */
    public record Level(
            @Option(value = "legal shares of the full size, rounded up to the multiple; [] for every multiple", byDefault = "[]") List<Double> keeps,
            @Option(value = "what every keep is a multiple of, as far as the size is", byDefault = "1", min = 1) int multiple,
            @Option(value = "one knob per network, block or layer", byDefault = "layer") Granularity per) {

        public Level {
            keeps = List.copyOf(keeps);
            if (keeps.stream().anyMatch(keep -> keep <= 0 || keep > 1)) {
                throw new IllegalArgumentException("keeps are shares in (0, 1], found " + keeps + ". Maybe 1/4 instead of 4?");
            }
        }

        /** The legal prefixes of an axis of {@code size} terms, ascending, the last one the whole. */
        public List<Integer> of(int size) {
            TreeSet<Integer> legal = new TreeSet<>();
            for (int count = multiple; keeps.isEmpty() && count < size; count += multiple) {
                legal.add(count);
            }
            for (double keep : keeps) {
                int terms = (int) Math.ceil(size * keep - 1e-9);
                legal.add(Math.min(size, (terms + multiple - 1) / multiple * multiple));
            }
            legal.add(size);
            return new ArrayList<>(legal);
        }
    }

    /** The options of a level other than BITS. */
    public Level of(NestingLevel level) {
        return switch (level) {
            case CHANNELS -> channels;
            case NEURONS -> neurons;
            case PATHS -> paths;
            case LAYERS -> layers;
            case BITS -> throw new IllegalArgumentException("BITS are quantization's, not nesting's");
        };
    }
}
