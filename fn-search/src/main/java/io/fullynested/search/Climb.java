package io.fullynested.search;

import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Budget;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Ways up a {@link DivergenceModel} under one budget. Takes predictions and costs only, no image. */
final class Climb {

    private final Exploration explored;
    private final DivergenceModel model;
    private final Budget budget;
    private final Map<SubmodelSpec, Double> predicted = new HashMap<>();
    private final Map<SubmodelSpec, Double> passed = new LinkedHashMap<>();

    Climb(Exploration explored, DivergenceModel model, Budget budget) {
        this.explored = explored;
        this.model = model;
        this.budget = budget;
    }

    /** All submodels on the ways so far, which the budget allows, and what the model says of each. */
    Map<SubmodelSpec, Double> passed() {
        return passed;
    }

    /**
     * From a submodel to the best that one removal, and what fits again then, leads to; and on from there.
     *
     * @param start one that the budget allows
     */
    void from(SubmodelSpec start) {
        Optional<SubmodelSpec> better = Optional.of(filled(start, ""));
        while (better.isPresent()) {
            SubmodelSpec current = better.get();
            explored.checkCancelled();
            List<SubmodelSpec> next = new ArrayList<>();
            for (NestedAxis axis : explored.problem().space().axes()) {
                int below = axis.below(current.keep(axis.id()));
                if (below > 0) {
                    next.add(filled(current.with(axis.id(), below), axis.id()));
                }
            }
            better = next.stream().filter(spec -> predict(spec) < predict(current)).min(Comparator.comparingDouble(this::predict));
        }
    }

    /**
     * With the most promising terms added one by one, but of one axis, until no more is allowed or nothing is promised of it. An axis
     * whose next term was too much stays as it is, for beside more terms of others it would be so again.
     */
    private SubmodelSpec filled(SubmodelSpec start, String except) {
        Set<String> done = new HashSet<>(Set.of(except));
        SubmodelSpec current = start;
        for (Optional<SubmodelSpec> better = Optional.of(start); better.isPresent(); ) {
            current = better.get();
            passed.put(current, predict(current));
            better = better(current, done);
        }
        return current;
    }

    /** With the most promising term more that is allowed; axes whose next term is too much are done then. */
    private Optional<SubmodelSpec> better(SubmodelSpec current, Set<String> done) {
        Map<SubmodelSpec, String> additions = additions(current, done);
        // the prediction first: it takes a microsecond, what a submodel costs a compilation
        List<SubmodelSpec> promising = additions.keySet().stream().filter(more -> predict(more) < predict(current))
                .sorted(Comparator.comparingDouble(this::predict)).toList();
        for (SubmodelSpec more : promising) {
            if (budget.allows(explored.costs(more))) {
                return Optional.of(more);
            }
            done.add(additions.get(more));
        }
        return Optional.empty();
    }

    /** With one term more of an axis, by axis. */
    private Map<SubmodelSpec, String> additions(SubmodelSpec spec, Set<String> done) {
        Map<SubmodelSpec, String> additions = new LinkedHashMap<>();
        for (NestedAxis axis : explored.problem().space().axes()) {
            int index = axis.keeps().indexOf(spec.keep(axis.id()));
            if (index + 1 < axis.keeps().size() && !done.contains(axis.id())) {
                additions.put(spec.with(axis.id(), axis.keeps().get(index + 1)), axis.id());
            }
        }
        return additions;
    }

    private double predict(SubmodelSpec spec) {
        return predicted.computeIfAbsent(spec, model::predict);
    }
}
