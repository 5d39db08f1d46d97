package io.fullynested.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.nesting.AxisSpace;
import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.NestingLevel;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Budget;
import io.fullynested.api.search.Evaluation;
import io.fullynested.api.search.Evaluator;
import io.fullynested.api.search.Progress;
import io.fullynested.api.search.SearchProblem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** A search whose submodels, costs and qualities are formulas of a seed, so that it takes no network and no time. */
final class SyntheticSearch implements Evaluator {

    private static final int IMAGES = 500;
    private static final int BLOCKS = 5;

    private final AxisSpace space;
    private final Map<String, Double> importance = new TreeMap<>();
    private final Map<String, Double> weight = new TreeMap<>();
    private final long seed;
    private int calls;

    SyntheticSearch(long seed) {
        this.seed = seed;
        SplittableRandom random = new SplittableRandom(seed);
        List<NestedAxis> axes = new ArrayList<>();
        NestingLevel[] levels = NestingLevel.values();
        for (int i = random.nextInt(3, 6); i > 0; i--) {
            int size = random.nextInt(4, 9);
            List<Integer> keeps = IntStream.rangeClosed(1, size).filter(keep -> keep == size || random.nextInt(4) > 0).boxed().toList();
            NestedAxis axis = new NestedAxis("block" + i + ".a", levels[random.nextInt(levels.length)], size, keeps);
            axes.add(axis);
            importance.put(axis.id(), random.nextDouble());
            weight.put(axis.id(), 1 + 9 * random.nextDouble());
        }
        this.space = new AxisSpace(axes);
    }

    /** The problem, with a budget that only the smallest submodel meets for sure, wider ones, and one that all meet. */
    SearchProblem problem(Progress progress) {
        Map<String, Double> least = costs(space.smallest());
        Map<String, Double> most = costs(space.full());
        List<Budget> budgets = new ArrayList<>();
        for (double share : new double[] {0.3, 0, 0.7, 1}) {
            Map<String, Double> limits = new TreeMap<>();
            least.forEach((model, cost) -> limits.put(model, cost + share * (most.get(model) - cost)));
            limits.keySet().removeIf(model -> share == 0.7 && model.equals("size"));
            budgets.add(new Budget("share-" + share, limits));
        }
        return new SearchProblem(space, this::costs, this, budgets, progress, seed);
    }

    /** A product and a sum over the axes. */
    Map<String, Double> costs(SubmodelSpec spec) {
        double product = 1e6;
        double sum = 0;
        for (NestedAxis axis : space.axes()) {
            product *= (double) spec.keep(axis.id()) / axis.size();
            sum += weight.get(axis.id()) * spec.keep(axis.id());
        }
        return Map.of("macs", product, "size", sum);
    }

    /** What a submodel is worth; on few images not quite. */
    Evaluation evaluation(SubmodelSpec spec, int images) {
        double loss = 0.1;
        for (NestedAxis axis : space.axes()) {
            double dropped = 1 - (double) spec.keep(axis.id()) / axis.size();
            loss += importance.get(axis.id()) * dropped * dropped;
        }
        loss += images < IMAGES ? 0.01 * new SplittableRandom(spec.hashCode() + images).nextDouble() : 0;
        return new Evaluation(Math.exp(-loss), loss, images);
    }

    @Override
    public int blocks() {
        return BLOCKS;
    }

    @Override
    public List<Double> divergences(List<SubmodelSpec> specs, int block) {
        calls++;
        assertThat(block).as("block that a strategy wants compared").isBetween(0, BLOCKS - 1);
        specs.forEach(spec -> assertThat(space.complete(spec)).as("selection that a strategy wants compared").isEqualTo(spec));
        return specs.stream().map(spec -> evaluation(spec, block).loss() - evaluation(space.full(), block).loss()).toList();
    }

    @Override
    public int images() {
        return IMAGES;
    }

    /** How often a strategy asked for evaluations. */
    int calls() {
        return calls;
    }

    @Override
    public List<Evaluation> evaluate(List<SubmodelSpec> specs, int images) {
        calls++;
        assertThat(images).as("images that a strategy wants evaluated").isBetween(1, IMAGES);
        specs.forEach(spec -> assertThat(space.complete(spec)).as("selection that a strategy wants evaluated").isEqualTo(spec));
        return specs.stream().map(spec -> evaluation(spec, images)).toList();
    }
}
