package io.fullynested.report;

import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Candidate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A way down from the full model: submodels that a search measured on all images, each a part of the one before.
 *
 * @param name  of what it leads to
 * @param steps the full model first
 */
record Way(String name, List<Candidate> steps) {

    /**
     * The way of the most steps through what was visited. Of a greedy search that is the way it went: no other has more steps, as it
     * removes one term at a time.
     */
    static Way to(String name, Candidate end, Candidate full, Collection<Candidate> visited) {
        LinkedHashSet<Candidate> known = new LinkedHashSet<>(List.of(full));
        known.addAll(visited);
        List<Candidate> between = known.stream()
                .filter(candidate -> candidate.equals(end) || candidate.equals(full) || isPart(end, candidate)).toList();
        List<Integer> largestFirst = IntStream.range(0, between.size()).boxed()
                .sorted(Comparator.comparing(i -> -between.get(i).spec().keeps().values().stream().mapToInt(Integer::intValue).sum())).toList();
        int[] steps = new int[between.size()];
        int[] before = new int[between.size()];
        for (int here : largestFirst) {
            before[here] = -1;
            for (int there = 0; there < between.size(); there++) {
                // of equally long ways the one that was gone just before
                if (isPart(between.get(here), between.get(there)) && (before[here] < 0 || steps[there] + 1 > steps[here]
                        || steps[there] + 1 == steps[here] && there < here)) {
                    before[here] = there;
                    steps[here] = steps[there] + 1;
                }
            }
        }
        List<Candidate> way = new ArrayList<>();
        for (int at = between.indexOf(end); at >= 0; at = before[at]) {
            way.add(0, between.get(at));
        }
        return new Way(name, way);
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
