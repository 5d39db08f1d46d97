package io.fullynested.search;

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
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** A search space whose qualities and costs are formulas, and an evaluator that counts. */
final class SyntheticProblem implements Evaluator {

    static final int IMAGES = 100;
    static final int BLOCKS = 4;

    private final AxisSpace space;
    private final Function<SubmodelSpec, Map<String, Double>> costs;
    private final ToDoubleFunction<SubmodelSpec> loss;
    private ToDoubleFunction<SubmodelSpec> accuracy;
    final List<String> measured = new ArrayList<>();

    SyntheticProblem(List<NestedAxis> axes, Function<SubmodelSpec, Map<String, Double>> costs, ToDoubleFunction<SubmodelSpec> loss) {
        this.space = new AxisSpace(axes);
        this.costs = costs;
        this.loss = loss;
        this.accuracy = spec -> 1 - loss.applyAsDouble(spec) / 100;
    }

    static NestedAxis axis(String id, Integer... keeps) {
        return new NestedAxis(id, NestingLevel.CHANNELS, keeps[keeps.length - 1], List.of(keeps));
    }

    SyntheticProblem accuracy(ToDoubleFunction<SubmodelSpec> other) {
        accuracy = other;
        return this;
    }

    SearchProblem budgets(Progress progress, Budget... budgets) {
        return new SearchProblem(space, costs, this, List.of(budgets), progress, 1);
    }

    SearchProblem budgets(Budget... budgets) {
        return budgets(Progress.NONE, budgets);
    }

    AxisSpace space() {
        return space;
    }

    Function<SubmodelSpec, Map<String, Double>> costs() {
        return costs;
    }

    /** How many divergences were measured. */
    long divergences() {
        return measured.stream().filter(line -> line.contains("#")).count();
    }

    /** How many submodels were measured on so many images. */
    long measured(int images) {
        return measured.stream().filter(line -> line.endsWith("@" + images)).count();
    }

    @Override
    public int blocks() {
        return BLOCKS;
    }

    @Override
    public List<Double> divergences(List<SubmodelSpec> specs, int block) {
        specs.forEach(spec -> measured.add(spec + "#" + block));
        double least = loss.applyAsDouble(space.full());
        return specs.stream().map(spec -> loss.applyAsDouble(spec) - least).toList();
    }

    @Override
    public int images() {
        return IMAGES;
    }

    @Override
    public List<Evaluation> evaluate(List<SubmodelSpec> specs, int images) {
        specs.forEach(spec -> measured.add(spec + "@" + images));
        return specs.stream().map(spec -> new Evaluation(accuracy.applyAsDouble(spec), loss.applyAsDouble(spec), images)).toList();
    }
}
