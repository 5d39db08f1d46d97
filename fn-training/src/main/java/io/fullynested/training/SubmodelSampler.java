package io.fullynested.training;

import io.fullynested.api.nesting.AxisSpace;
import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.NestingLevel;
import io.fullynested.api.nesting.OrderedDropout;
import io.fullynested.api.nesting.SubmodelSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;

/**
 * Draws the submodels that learn, by ordered dropout (Cui et al., IJCAI 2020, section 4) or as {@link Draws} says. A draw is a
 * function of the seed and the step, and of how far draws have {@linkplain Opening opened}.
 * It is either tied, one quantile per level for all its axes, so that the whole network grows and
 * shrinks together, or independent, a quantile for each axis; without the latter, selections that differ from layer to layer are
 * never seen.
 */
public final class SubmodelSampler {

    /** Shares of a training at which its distributions are looked at before. */
    private static final double[] CHECKED = {0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.999};

    private final AxisSpace axes;
    private final TrainingOptions options;
    private final Randomness randomness;
    private Optional<LearnedDraws> learned = Optional.empty();
    private DoubleSupplier open = () -> 1;

    /** A sampler of the submodels of a supernet. */
    public SubmodelSampler(AxisSpace axes, TrainingOptions options, long seed) {
        this.axes = axes;
        this.options = options;
        this.randomness = new Randomness(seed);
    }

    /** From now on draws by what is learnt, and as far as is open. */
    void follow(LearnedDraws draws, Opened opened) {
        learned = Optional.of(draws).filter(LearnedDraws::any);
        open = opened::open;
    }

    /** Begins with what the noise of ranked terms says; see {@link LearnedDraws#begin}. */
    void begin(Map<String, float[]> ratios) {
        learned.ifPresent(draws -> draws.begin(priors(0), ratios));
    }

    /**
     * Lets the distributions learn from a step, by those of its submodels that drew each axis on its own.
     *
     * @param losses of the submodels, in their order
     */
    void learn(long step, long steps, List<SubmodelSpec> submodels, double[] losses) {
        if (learned.isEmpty() || step < alone(steps) || step >= guarded(steps) || !submodels.equals(draw(step, steps))) {
            return;
        }
        double progress = progress(step, steps);
        int[] own = IntStream.range(options.draws() == Draws.SANDWICH ? 2 : 0, submodels.size()).filter(i -> isIndependent(randomness.at("submodel", draws(step, i)))).toArray();
        Map<String, double[]> priors = priors(progress);
        SplittableRandom random = randomness.at("priced", step);
        List<SubmodelSpec> priced = IntStream.range(0, LearnedDraws.PRICED).mapToObj(i -> axes.select(axis -> keep(axis, progress, random.nextDouble()))).toList();
        learned.get().learn(priors, Arrays.stream(own).mapToObj(submodels::get).toList(), Arrays.stream(own).mapToDouble(i -> losses[i]).toArray(), priced, progress);
    }

    /** What was learnt: axis → the probability of each of its prefixes. */
    Map<String, List<Double>> learned(long step, long steps) {
        return learned.map(draws -> draws.distributions(priors(progress(step, steps)))).orElse(Map.of());
    }

    private Map<String, double[]> priors(double progress) {
        Map<String, double[]> priors = new TreeMap<>();
        axes.axes().forEach(axis -> priors.put(axis.id(), prior(axis, progress)));
        return priors;
    }

    private double progress(long step, long steps) {
        long first = alone(steps);
        return (double) (step - first) / (steps - first);
    }

    private boolean isIndependent(SplittableRandom random) {
        return random.nextDouble() < options.independent();
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
        if (step < alone(steps)) {
            return axes.full();
        }
        double progress = progress(step, steps);
        if (step >= guarded(steps)) {
            SubmodelSpec random = random(step, index, progress);
            return index % 2 == 0 ? axes.full() : axes.select(axis -> isWidth(axis) ? Math.max(half(axis), random.keep(axis.id())) : random.keep(axis.id()));
        }
        return switch (options.draws()) {
            case PLAIN -> random(step, index, progress);
            case SANDWICH -> index == 0 ? axes.full() : index == 1 ? axes.smallest() : random(step, index, progress);
            case HALVES -> {
                SubmodelSpec random = random(step, index, progress);
                yield draws(step, index) % options.guard().orElseThrow().fullEvery() == 0 ? axes.full()
                        : axes.select(axis -> isWidth(axis) ? Math.min(half(axis), random.keep(axis.id())) : random.keep(axis.id()));
            }
            case SWITCHES -> index == 0 ? axes.full()
                    : axes.select(axis -> keep(axis, progress, 1 - (index + 0.5) / options.submodelsPerStep()));
            case ONE_LEVEL -> {
                List<NestingLevel> levels = axes.axes().stream().map(NestedAxis::level).distinct().toList();
                SubmodelSpec random = random(step, index, progress);
                int open = randomness.at("level", draws(step, index)).nextInt(Math.max(1, levels.size()));
                yield axes.select(axis -> axis.level() == levels.get(open) ? random.keep(axis.id()) : axis.size());
            }
            case GROWING -> {
                SubmodelSpec prefix = prefix(stage(step, steps));
                SubmodelSpec random = random(step, index, progress);
                yield axes.select(axis -> (axis.level() == NestingLevel.BITS ? random : prefix).keep(axis.id()));
            }
        };
    }

    /**
     * A part of a training with a learning rate schedule of its own.
     *
     * @param from   its first step
     * @param to     the step after its last
     * @param trains the submodel whose masters move; empty for all
     * @param keeps  the submodel whose masters stay as they are even so; empty for none
     */
    record Stage(long from, long to, Optional<SubmodelSpec> trains, Optional<SubmodelSpec> keeps) {
    }

    /** The part of a training that a step belongs to: the whole of it, unless the full network or prefixes are trained one after the other. */
    Stage partOf(long step, long steps) {
        if (options.draws() != Draws.GROWING) {
            long first = alone(steps);
            long last = guarded(steps);
            return step < first ? new Stage(0, first, Optional.empty(), Optional.empty())
                    : step < last ? new Stage(first, last, Optional.empty(), Optional.empty())
                    : new Stage(last, steps, Optional.of(axes.full()), Optional.of(axes.select(SubmodelSampler::half)));
        }
        int stage = stage(step, steps);
        return new Stage(first(stage, steps), first(stage + 1, steps), Optional.of(prefix(stage)),
                stage == 0 ? Optional.empty() : Optional.of(prefix(stage - 1)));
    }

    /** In how many steps, the first ones, the full network learns alone. */
    long alone(long steps) {
        return options.warmStart().map(warm -> warm.steps(steps)).orElse(0L);
    }

    /** The first of the last steps, which are the full network's. */
    private long guarded(long steps) {
        double share = options.draws() == Draws.GROWING ? 0 : options.guard().map(Guard::steps).orElse(0.);
        return steps - Math.round(share * (steps - alone(steps)));
    }

    private static boolean isWidth(NestedAxis axis) {
        return axis.level() != NestingLevel.BITS && axis.level() != NestingLevel.LAYERS;
    }

    /** The least keep that is half of a width or more; the whole of what is no width, or where none lies between. */
    private static int half(NestedAxis axis) {
        return !isWidth(axis) ? axis.size() : axis.keeps().stream().filter(keep -> 2 * keep >= axis.size()).findFirst().orElse(axis.size());
    }

    private int stage(long step, long steps) {
        int stage = (int) (step * stages() / steps);
        return step < first(stage + 1, steps) ? stage : stage + 1;
    }

    private long first(int stage, long steps) {
        return steps * stage / stages();
    }

    private int stages() {
        // bits have no masters of their own
        return axes.axes().stream().filter(axis -> axis.level() != NestingLevel.BITS).mapToInt(axis -> axis.keeps().size()).max().orElse(1);
    }

    /** What is trained in a stage: the smallest prefix of every axis in the first, the whole in the last. */
    private SubmodelSpec prefix(int stage) {
        return axes.select(axis -> {
            int keeps = axis.keeps().size();
            return axis.level() == NestingLevel.BITS ? axis.size() : axis.keeps().get(((stage + 1) * keeps + stages() - 1) / stages() - 1);
        });
    }

    /**
     * Sees to it that the distributions fit the axes, and that the full network is drawn now and then.
     *
     * @throws IllegalArgumentException naming the distribution and the axis that do not fit
     */
    public void check() {
        boolean learns = axes.axes().stream().anyMatch(axis -> options.orderedDropout(axis.level()) instanceof Learned);
        if (learns && (options.independent() == 0 || options.draws() != Draws.PLAIN && options.draws() != Draws.SANDWICH)) {
            throw new IllegalArgumentException("ordered dropout learned learns from submodels that draw each axis on its own, found independent " + options.independent()
                    + " and draws " + options.draws().name().toLowerCase(Locale.ROOT).replace('_', '-') + ". Maybe independent: 0.5 and draws: plain?");
        }
        for (NestedAxis axis : axes.axes()) {
            boolean whole = options.draws() == Draws.SANDWICH || options.draws() == Draws.SWITCHES || options.draws() == Draws.HALVES;
            for (double progress : CHECKED) {
                double[] probabilities = probabilities(axis, progress);
                double sum = Arrays.stream(probabilities).sum();
                if (Arrays.stream(probabilities).anyMatch(p -> !(p >= 0)) || !(Math.abs(sum - 1) < 1e-6)) {
                    throw new IllegalArgumentException("Ordered dropout " + options.orderedDropout(axis.level()) + " gives axis '" + axis.id()
                            + "' the probabilities " + Arrays.toString(probabilities) + "; they must not be negative, and their sum must be 1");
                }
                whole |= probabilities[probabilities.length - 1] > 0;
            }
            if (!whole) {
                throw new IllegalArgumentException("Ordered dropout " + options.orderedDropout(axis.level()) + " never keeps the whole of axis '"
                        + axis.id() + "', so the full network would not learn. Maybe a last probability above 0, or draws: sandwich?");
            }
        }
    }

    /** The keeps of axes that no step can draw, by axis; those that are trained whatever the distribution says are not among them. */
    public Map<String, List<Integer>> neverDrawn() {
        Map<String, List<Integer>> never = new TreeMap<>();
        if (options.draws() == Draws.SWITCHES || options.draws() == Draws.GROWING) {
            return never;
        }
        for (NestedAxis axis : axes.axes()) {
            List<Integer> keeps = new ArrayList<>(axis.keeps());
            for (double progress : CHECKED) {
                double[] probabilities = probabilities(axis, progress);
                IntStream.range(0, probabilities.length).filter(i -> probabilities[i] > 0).forEach(i -> keeps.remove(axis.keeps().get(i)));
            }
            if (options.draws() == Draws.SANDWICH) {
                keeps.remove(axis.keeps().get(0));
            }
            if (!keeps.isEmpty()) {
                never.put(axis.id(), keeps);
            }
        }
        return never;
    }

    private long draws(long step, int index) {
        return step * options.submodelsPerStep() + index;
    }

    private SubmodelSpec random(long step, int index, double progress) {
        SplittableRandom random = randomness.at("submodel", draws(step, index));
        boolean independent = isIndependent(random);
        Map<NestingLevel, Double> quantiles = new EnumMap<>(NestingLevel.class);
        for (NestingLevel level : NestingLevel.values()) {
            quantiles.put(level, random.nextDouble());
        }
        return axes.select(axis -> keep(axis, progress, independent ? random.nextDouble() : quantiles.get(axis.level())));
    }

    private double[] probabilities(NestedAxis axis, double progress) {
        double[] prior = prior(axis, progress);
        return learned.map(draws -> draws.of(axis, prior)).orElse(prior);
    }

    private double[] prior(NestedAxis axis, double progress) {
        OrderedDropout dropout = options.orderedDropout(axis.level());
        double[] probabilities = dropout.probabilities(axis, progress);
        if (probabilities.length != axis.keeps().size()) {
            throw new IllegalArgumentException("Ordered dropout " + dropout + " gives " + probabilities.length + " probabilities for axis '"
                    + axis.id() + "', which has " + axis.keeps().size() + " legal prefixes");
        }
        double opened = open.getAsDouble();
        return opened < 1 ? Curriculum.open(probabilities, opened) : probabilities;
    }

    /** The keep at which the cumulative distribution passes the quantile. */
    private int keep(NestedAxis axis, double progress, double quantile) {
        double[] probabilities = probabilities(axis, progress);
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
