package io.fullynested.report;

import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Candidate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * A way down from the full model: submodels, each a part of the one before.
 *
 * @param name  of what it leads to
 * @param steps the full model first
 */
record Way(String name, List<Step> steps) {

    /**
     * A submodel on the way.
     *
     * @param score on all validation images; empty if the search did without
     */
    record Step(SubmodelSpec spec, Map<String, Double> costs, OptionalDouble score) {

        static Step of(Candidate candidate) {
            return new Step(candidate.spec(), candidate.costs(), OptionalDouble.of(candidate.evaluation().score()));
        }
    }

    /**
     * The way that a search went to a submodel; if it went none, the one of the most steps through what it visited.
     *
     * @param paths   ways that it went; they begin further down where axes are frozen
     * @param visited the full model first
     * @param costs   of submodels that were not visited
     */
    static Way to(String name, Candidate end, List<List<SubmodelSpec>> paths, List<Candidate> visited,
                  Function<SubmodelSpec, Map<String, Double>> costs) {
        Optional<List<SubmodelSpec>> gone = paths.stream().filter(path -> path.contains(end.spec()))
                .map(path -> path.subList(0, path.indexOf(end.spec()) + 1)).max(Comparator.comparing(List::size));
        if (gone.isEmpty()) {
            return new Way(name, longest(end, visited).stream().map(Step::of).toList());
        }
        Map<SubmodelSpec, Candidate> known = new HashMap<>();
        visited.forEach(candidate -> known.put(candidate.spec(), candidate));
        List<SubmodelSpec> specs = new ArrayList<>(gone.get());
        if (!specs.get(0).equals(visited.get(0).spec())) {
            specs.add(0, visited.get(0).spec());
        }
        return new Way(name, specs.stream().map(spec -> known.containsKey(spec) ? Step.of(known.get(spec))
                : new Step(spec, costs.apply(spec), OptionalDouble.empty())).toList());
    }

    private static List<Candidate> longest(Candidate end, List<Candidate> visited) {
        List<Candidate> largestFirst = visited.stream().filter(candidate -> candidate.spec().equals(end.spec()) || isPart(end, candidate))
                .sorted(Comparator.comparing(one -> -one.spec().keeps().values().stream().mapToInt(Integer::intValue).sum())).toList();
        Map<SubmodelSpec, List<Candidate>> ways = new HashMap<>();
        for (Candidate here : largestFirst) {
            List<Candidate> way = new ArrayList<>(largestFirst.stream().filter(before -> isPart(here, before))
                    .map(before -> ways.get(before.spec())).max(Comparator.comparing(List::size)).orElse(List.of()));
            way.add(here);
            ways.put(here.spec(), way);
        }
        return ways.get(end.spec());
    }

    private static boolean isPart(Candidate part, Candidate whole) {
        return !part.spec().equals(whole.spec())
                && part.spec().keeps().entrySet().stream().allMatch(keep -> keep.getValue() <= whole.spec().keep(keep.getKey()));
    }

    /** What a step takes away, as {@code stage1.layers 2 → 1}; of the first step, nothing. */
    List<String> removed(int step, List<NestedAxis> axes) {
        if (step == 0) {
            return List.of();
        }
        SubmodelSpec from = steps.get(step - 1).spec();
        SubmodelSpec to = steps.get(step).spec();
        return axes.stream().filter(axis -> to.keep(axis.id()) < from.keep(axis.id()))
                .map(axis -> axis.id() + " " + from.keep(axis.id()) + " → " + to.keep(axis.id())).toList();
    }
}
