package io.fullynested.search;

import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.plugin.Option;
import io.fullynested.api.search.SearchProblem;
import io.fullynested.api.search.SearchResult;
import io.fullynested.api.search.SearchStrategy;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Measures every submodel that some budget allows: the true optimum, where it can be had.
 *
 * @param most submodels that it may take; more than that are refused
 */
public record Exhaustive(@Option(value = "submodels to measure at most; a larger space is refused", byDefault = "2000", min = 1) int most)
        implements SearchStrategy {

    private static final int AT_ONCE = 16;

    @Override
    public SearchResult search(SearchProblem problem) {
        double all = problem.space().submodels();
        if (all > most) {
            throw new IllegalArgumentException(String.format(Locale.ROOT, "exhaustive: there are %,.0f submodels, and at most %,d are "
                    + "to be measured. Maybe --freeze or --tie some axes, or another strategy?", all, most));
        }
        Exploration explored = new Exploration(problem);
        List<SubmodelSpec> allowed = all(problem.space().axes(), 0, problem.space().full()).stream()
                .filter(spec -> problem.budgets().stream().anyMatch(budget -> budget.allows(explored.costs(spec)))).toList();
        int atOnce = Math.max(AT_ONCE, problem.evaluator().parallel());
        for (int from = 0; from < allowed.size(); from += atOnce) {
            int to = Math.min(from + atOnce, allowed.size());
            explored.visit(allowed.subList(from, to));
            explored.report((double) to / allowed.size(), "all", to + " of " + allowed.size());
        }
        return explored.result();
    }

    private static List<SubmodelSpec> all(List<NestedAxis> axes, int first, SubmodelSpec rest) {
        if (first == axes.size()) {
            return List.of(rest);
        }
        List<SubmodelSpec> all = new ArrayList<>();
        NestedAxis axis = axes.get(first);
        axis.keeps().forEach(keep -> all.addAll(all(axes, first + 1, rest.with(axis.id(), keep))));
        return all;
    }
}
