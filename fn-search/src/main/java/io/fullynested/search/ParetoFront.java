package io.fullynested.search;

import io.fullynested.api.search.Budget;
import io.fullynested.api.search.Candidate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Submodels of which none is at least as good as another, and at most as costly by every cost model.
 *
 * @param candidates in the order in which they were found
 */
public record ParetoFront(List<Candidate> candidates) {

    public ParetoFront {
        candidates = List.copyOf(candidates);
    }

    /** What is left of some candidates without those that another one dominates; of equal ones the first is left. */
    public static ParetoFront of(Collection<Candidate> all) {
        return all.isEmpty() ? new ParetoFront(List.of()) : of(all, all.iterator().next().costs().keySet().toArray(new String[0]));
    }

    /** The same by some of the costs only. */
    public static ParetoFront of(Collection<Candidate> all, String... costs) {
        List<Candidate> front = new ArrayList<>();
        for (Candidate next : all) {
            if (front.stream().noneMatch(other -> asGood(other, next, costs))) {
                front.removeIf(other -> asGood(next, other, costs));
                front.add(next);
            }
        }
        return new ParetoFront(front);
    }

    private static boolean asGood(Candidate a, Candidate b, String... costs) {
        return a.evaluation().score() >= b.evaluation().score()
                && Arrays.stream(costs).allMatch(cost -> a.costs().get(cost) <= b.costs().get(cost));
    }

    /** The best one that a budget allows; of equally good ones that of the least loss. */
    public Optional<Candidate> best(Budget budget) {
        return candidates.stream().filter(candidate -> budget.allows(candidate.costs())).min(
                Comparator.<Candidate>comparingDouble(candidate -> -candidate.evaluation().score())
                        .thenComparingDouble(candidate -> candidate.evaluation().loss()));
    }
}
