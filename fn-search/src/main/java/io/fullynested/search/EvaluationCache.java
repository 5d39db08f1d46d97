package io.fullynested.search;

import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Evaluation;
import io.fullynested.api.search.Evaluator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Remembers what was measured, so that nothing is measured twice on the same images. */
final class EvaluationCache implements Evaluator {

    private record Key(SubmodelSpec spec, int images) {
    }

    private final Evaluator evaluator;
    private final Map<Key, Evaluation> known = new HashMap<>();

    EvaluationCache(Evaluator evaluator) {
        this.evaluator = evaluator;
    }

    /** Whether it needs no measuring. */
    boolean isKnown(SubmodelSpec spec, int images) {
        return known.containsKey(new Key(spec, images));
    }

    @Override
    public int images() {
        return evaluator.images();
    }

    @Override
    public List<Evaluation> evaluate(List<SubmodelSpec> specs, int images) {
        List<SubmodelSpec> unknown = specs.stream().distinct().filter(spec -> !known.containsKey(new Key(spec, images))).toList();
        if (!unknown.isEmpty()) {
            List<Evaluation> found = evaluator.evaluate(unknown, images);
            for (int i = 0; i < unknown.size(); i++) {
                known.put(new Key(unknown.get(i), images), found.get(i));
            }
        }
        List<Evaluation> evaluations = new ArrayList<>();
        specs.forEach(spec -> evaluations.add(known.get(new Key(spec, images))));
        return evaluations;
    }
}
