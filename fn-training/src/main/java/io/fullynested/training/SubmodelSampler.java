package io.fullynested.training;

import io.fullynested.api.nesting.AxisSpace;
import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.NestingLevel;
import io.fullynested.api.nesting.OrderedDropout;
import io.fullynested.api.nesting.SubmodelSpec;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Draws the submodels that learn, by ordered dropout (Cui et al., IJCAI 2020, section 4) or as {@link Draws} says. A draw is a
 * function of the seed and the step. It is either tied, one quantile per level for all its axes, so that the whole network grows and
 * shrinks together, or independent, a quantile for each axis; without the latter, selections that differ from layer to layer are
 * never seen.
 */
public final class SubmodelSampler {

    private final AxisSpace axes;
    private final TrainingOptions options;
    private final Randomness randomness;

    /** A sampler of the submodels of a supernet. */
    public SubmodelSampler(AxisSpace axes, TrainingOptions options, long seed) {
        this.axes = axes;
        this.options = options;
        this.randomness = new Randomness(seed);
    }

    /** All submodels of a step, in their order. */
    List<SubmodelSpec> draw(long step, long steps) {
        return IntStream.range(0, options.submodelsPerStep()).mapToObj(index -> draw(step, index, steps)).toList();
    }

    /**
     * The {@code index}-th submodel of a step.
     *
     * @param step  counted from 0
     * @param index counted from 0, below {@link TrainingOptions#submodelsPerStep()}
     * @param steps of the whole training
     * @throws IllegalArgumentException if a distribution does not fit an axis
     */
    public SubmodelSpec draw(long step, int index, long steps) {
        double progress = (double) step / steps;
        return switch (options.draws()) {
            case PLAIN -> random(step, index, progress);
            case SANDWICH -> index == 0 ? axes.full() : index == 1 ? axes.smallest() : random(step, index, progress);
            case SWITCHES -> index == 0 ? axes.full()
                    : axes.select(axis -> keep(axis, progress, 1 - (index + 0.5) / options.submodelsPerStep()));
            case ONE_LEVEL -> {
                List<NestingLevel> levels = axes.axes().stream().map(NestedAxis::level).distinct().toList();
                SubmodelSpec random = random(step, index, progress);
                int open = randomness.at("level", draws(step, index)).nextInt(Math.max(1, levels.size()));
                yield axes.select(axis -> axis.level() == levels.get(open) ? random.keep(axis.id()) : axis.size());
            }
        };
    }

    private long draws(long step, int index) {
        return step * options.submodelsPerStep() + index;
    }

    private SubmodelSpec random(long step, int index, double progress) {
        SplittableRandom random = randomness.at("submodel", draws(step, index));
        boolean independent = random.nextDouble() < options.independent();
        Map<NestingLevel, Double> quantiles = new EnumMap<>(NestingLevel.class);
        for (NestingLevel level : NestingLevel.values()) {
            quantiles.put(level, random.nextDouble());
        }
        return axes.select(axis -> keep(axis, progress, independent ? random.nextDouble() : quantiles.get(axis.level())));
    }

    /** The keep at which the cumulative distribution passes the quantile. */
    private int keep(NestedAxis axis, double progress, double quantile) {
        OrderedDropout dropout = options.orderedDropout(axis.level());
        double[] probabilities = dropout.probabilities(axis, progress);
        if (probabilities.length != axis.keeps().size()) {
            throw new IllegalArgumentException("Ordered dropout " + dropout + " gives " + probabilities.length + " probabilities for axis '"
                    + axis.id() + "', which has " + axis.keeps().size() + " legal prefixes");
        }
        double rest = quantile;
        for (int i = 0; i < probabilities.length - 1; i++) {
            rest -= probabilities[i];
            if (rest < 0) {
                return axis.keeps().get(i);
            }
        }
        return axis.size();
    }
}
