package io.fullynested.search;

import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Evaluation;
import io.fullynested.api.search.Evaluator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Remembers what was measured, so that nothing is measured twice on the same images. */
final class EvaluationCache implements Evaluator {

    /** @param part a number of images, or of a block */
    private record Key(SubmodelSpec spec, int part) {
    }

    private final Evaluator evaluator;
    private final Map<Key, Evaluation> evaluations = new LinkedHashMap<>();
    private final Map<Key, Double> divergences = new LinkedHashMap<>();

    EvaluationCache(Evaluator evaluator) {
        this.evaluator = evaluator;
    }

    /** Whether the divergence on a block needs no measuring. */
    boolean hasDivergence(SubmodelSpec spec, int block) {
        return divergences.containsKey(new Key(spec, block));
    }

    /** The mean divergences that were measured, block by block, in the order in which they were asked for. */
    List<DivergenceModel.Sample> samples() {
        return divergences.entrySet().stream().map(entry -> new DivergenceModel.Sample(entry.getKey().spec(), entry.getKey().part(),
                entry.getValue())).toList();
    }

    /** How much was measured: submodels times numbers of images, or blocks. */
    int size() {
        return evaluations.size() + divergences.size();
    }

    void put(SubmodelSpec spec, int images, Evaluation evaluation) {
        evaluations.put(new Key(spec, images), evaluation);
    }

    void put(SubmodelSpec spec, int block, double divergence) {
        divergences.put(new Key(spec, block), divergence);
    }

    @Override
    public int images() {
        return evaluator.images();
    }

    @Override
    public List<Evaluation> evaluate(List<SubmodelSpec> specs, int images) {
        return all(evaluations, specs, images, unknown -> evaluator.evaluate(unknown, images));
    }

    @Override
    public int parallel() {
        return evaluator.parallel();
    }

    @Override
    public int blocks() {
        return evaluator.blocks();
    }

    @Override
    public List<Double> divergences(List<SubmodelSpec> specs, int block) {
        return all(divergences, specs, block, unknown -> evaluator.divergences(unknown, block));
    }

    private static <T> List<T> all(Map<Key, T> known, List<SubmodelSpec> specs, int part, Function<List<SubmodelSpec>, List<T>> measure) {
        List<SubmodelSpec> unknown = specs.stream().distinct().filter(spec -> !known.containsKey(new Key(spec, part))).toList();
        if (!unknown.isEmpty()) {
            List<T> found = measure.apply(unknown);
            for (int i = 0; i < unknown.size(); i++) {
                known.put(new Key(unknown.get(i), part), found.get(i));
            }
        }
        return specs.stream().map(spec -> known.get(new Key(spec, part))).toList();
    }
}
