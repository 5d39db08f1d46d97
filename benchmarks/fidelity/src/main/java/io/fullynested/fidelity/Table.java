package io.fullynested.fidelity;

import io.fullynested.api.nesting.AxisSpace;
import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.NestingLevel;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.spec.NestingOptions;
import io.fullynested.core.spec.NetworkSpec;
import io.fullynested.core.spec.QuantizationOptions;
import io.fullynested.core.spec.QuantizationOptions.Bits;
import io.fullynested.hardware.Bops;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A table of the benchmark: which levels are open, and at which selections the networks are measured. {@code levels} opens one after the
 * other and measures the full network only; {@code ablation} is {@code joint} for recipes that differ in one ingredient.
 */
enum Table {

    BITS(NestingLevel.BITS), BITS_AND_ACTIVATIONS(NestingLevel.BITS), CHANNELS(NestingLevel.CHANNELS), NEURONS(NestingLevel.NEURONS),
    PATHS(NestingLevel.PATHS), LAYERS(NestingLevel.LAYERS), JOINT(NestingLevel.values()), LEVELS(NestingLevel.values()),
    ABLATION(NestingLevel.values());

    /** Random selections of the joint table, and the least share of the full BOPs that each has. */
    private static final int RANDOM = 12;
    private static final double LEAST_BOPS = 1.0 / 20;

    private final Set<NestingLevel> open;

    Table(NestingLevel... open) {
        this.open = EnumSet.copyOf(Arrays.asList(open));
    }

    /** As on the command line and in the results. */
    String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The description of the network it uses, unless told otherwise. */
    String network() {
        return switch (this) {
            case NEURONS -> "mlp.yaml";
            case JOINT, LEVELS, ABLATION -> "wide.yaml";
            default -> "cnn.yaml";
        };
    }

    /** The folder of recipes of its own. */
    String recipes() {
        return open.size() == 1 ? id() : JOINT.id();
    }

    /** Recipes of others that it is worth while to run beside ours. */
    List<String> peers() {
        return switch (this) {
            case BITS, BITS_AND_ACTIVATIONS -> List.of("adabits", DoReFaTwins.NAME, "paper");
            case CHANNELS, NEURONS -> List.of("us-net", "slimmable", "nested-net", "paper");
            case PATHS, LAYERS, JOINT -> List.of("us-net", "paper");
            case LEVELS, ABLATION -> List.of();
        };
    }

    /** How many seeds a recipe should have: a twin for each of many selections is too much for three, and of a full network nothing is cut. */
    int seeds(String recipe) {
        return this == JOINT && !recipe.equals(TableReport.NESTED) ? 1 : this == LEVELS && recipe.equals(Twins.TRUNCATED) ? 0 : 3;
    }

    /** Whether numbers are codes in it. */
    boolean quantized() {
        return open.contains(NestingLevel.BITS);
    }

    /** What is trained, most often one: the network with this table's levels open and the others closed; float32 without levels of bits. */
    List<NetworkSpec> open(NetworkSpec all) {
        return this != LEVELS ? List.of(open(all, open)) : IntStream.rangeClosed(1, NestingLevel.values().length)
                .mapToObj(count -> open(all, EnumSet.range(NestingLevel.BITS, NestingLevel.values()[count - 1]))).toList();
    }

    private NetworkSpec open(NetworkSpec all, Set<NestingLevel> levels) {
        List<NetworkSpec.Block> blocks = all.blocks().stream()
                .map(block -> new NetworkSpec.Block(block.name(), block.block(), block.of(), block.quantize(), block.nesting().map(n -> open(n, levels)))).toList();
        return all.with(blocks, open(all.nesting(), levels), open(all.quantization()));
    }

    private static NestingOptions open(NestingOptions all, Set<NestingLevel> levels) {
        return new NestingOptions(open(NestingLevel.CHANNELS, all, levels), open(NestingLevel.NEURONS, all, levels),
                open(NestingLevel.PATHS, all, levels), open(NestingLevel.LAYERS, all, levels), all.switchableBatchNorms());
    }

    private static NestingOptions.Level open(NestingLevel level, NestingOptions all, Set<NestingLevel> levels) {
        return levels.contains(level) ? all.of(level) : new NestingOptions.Level(List.of(1.0), 1, all.of(level).per());
    }

    private QuantizationOptions open(QuantizationOptions all) {
        return switch (this) {
            case BITS -> open(all, all.weights(), Optional.empty());
            // a twin for each pair: three widths of weights are enough
            case BITS_AND_ACTIVATIONS -> open(all, narrow(all.weights(), bits -> bits != 3 && bits != 6), all.activations());
            // activations of 2 bits lose points even when trained alone, and nobody would select them
            case JOINT, LEVELS, ABLATION -> open(all, all.weights(), narrow(all.activations(), bits -> bits >= 4));
            default -> open(all, Optional.empty(), Optional.empty());
        };
    }

    private static QuantizationOptions open(QuantizationOptions all, Optional<Bits> weights, Optional<Bits> activations) {
        return all.of(weights, activations);
    }

    private static Optional<Bits> narrow(Optional<Bits> bits, IntPredicate legal) {
        return bits.map(b -> new Bits(b.bits(), b.min(), b.legal().stream().filter(legal::test).toList(), b.per()));
    }

    /** What is measured, the full network first. The same for every seed. */
    List<Selection> selections(Supernet supernet) {
        if (supernet.axes().axes().isEmpty()) {
            throw new IllegalArgumentException("The network has no open axis of the table " + id() + ". Maybe another --network?");
        }
        return switch (this) {
            case BITS_AND_ACTIVATIONS -> together(supernet.axes());
            case JOINT, ABLATION -> random(supernet);
            case LEVELS -> List.of(new Selection(opened(supernet.axes()), supernet.axes().full()));
            default -> tied(supernet.axes());
        };
    }

    /** Activations of as many bits as the weights, and of twice as many where that is another width. */
    private List<Selection> together(AxisSpace axes) {
        List<Selection> selections = new ArrayList<>();
        List<Integer> legal = axes.axis("activations.bits").keeps();
        for (int weights : descending(axes.axis("weights.bits").keeps())) {
            for (int activations : descending(legal)) {
                if (activations == weights || activations == 2 * weights) {
                    selections.add(new Selection(id(), axes.full().with("weights.bits", weights).with("activations.bits", activations)));
                }
            }
        }
        return selections;
    }

    /** The levels that have axes, such as {@code bits+neurons}. */
    private static String opened(AxisSpace axes) {
        return axes.axes().stream().map(NestedAxis::level).distinct().sorted().map(level -> level.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining("+"));
    }

    private static List<Integer> descending(List<Integer> keeps) {
        return keeps.stream().sorted(Comparator.reverseOrder()).toList();
    }

    /** One quantile for all axes: as many selections as the axis with the most keeps has. */
    private List<Selection> tied(AxisSpace axes) {
        int count = axes.axes().stream().mapToInt(axis -> axis.keeps().size()).max().orElseThrow();
        List<Selection> selections = new ArrayList<>();
        for (int i = count - 1; i >= 0; i--) {
            double quantile = (i + 0.5) / count;
            selections.add(new Selection(id(), axes.select(axis -> keep(axis, quantile))));
        }
        return selections;
    }

    /** The full network, and random ones that are no tiny share of it: half with a quantile per level, half with one per axis. */
    private static List<Selection> random(Supernet supernet) {
        Bops bops = new Bops();
        AxisSpace axes = supernet.axes();
        double least = LEAST_BOPS * bops.cost(supernet.compile(axes.full()));
        // a seed of its own: the selections must not change with the seed of the training
        SplittableRandom random = new SplittableRandom(20);
        List<Selection> selections = new ArrayList<>(List.of(new Selection("full", axes.full())));
        while (selections.size() <= RANDOM) {
            boolean tied = selections.size() <= RANDOM / 2;
            Map<NestingLevel, Double> quantiles = new EnumMap<>(NestingLevel.class);
            for (NestingLevel level : NestingLevel.values()) {
                quantiles.put(level, random.nextDouble());
            }
            SubmodelSpec spec = axes.select(axis -> keep(axis, tied ? quantiles.get(axis.level()) : random.nextDouble()));
            boolean repeated = selections.stream().anyMatch(selection -> selection.spec().equals(spec));
            if (!repeated && bops.cost(supernet.compile(spec)) >= least) {
                selections.add(new Selection(tied ? "tied" : "independent", spec));
            }
        }
        return selections;
    }

    private static int keep(NestedAxis axis, double quantile) {
        return axis.keeps().get((int) (quantile * axis.keeps().size()));
    }
}
