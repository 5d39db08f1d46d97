package io.fullynested.search;

import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Evaluation;
import io.fullynested.api.search.Evaluator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Remembers what was measured, so that nothing is measured twice on the same images. */
final class EvaluationCache implements Evaluator {

    /** @param part a number of images, or of a block */
    private record Key(SubmodelSpec spec, int part) {
    }

    private final Evaluator evaluator;
    private final Map<Key, Evaluation> evaluations = new HashMap<>();
    private final Map<Key, double[]> divergences = new HashMap<>();

    EvaluationCache(Evaluator evaluator) {
        this.evaluator = evaluator;
    }

    /** Whether the divergences on a block need no measuring. */
    boolean hasDivergences(SubmodelSpec spec, int block) {
        return divergences.containsKey(new Key(spec, block));
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
    public int blocks() {
        return evaluator.blocks();
    }

    @Override
    public List<double[]> divergences(SubmodelSpec full, List<SubmodelSpec> specs, int block) {
        return all(divergences, specs, block, unknown -> evaluator.divergences(full, unknown, block));
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
