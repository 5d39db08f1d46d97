package io.fullynested.search;

import io.fullynested.api.nesting.AxisSpace;
import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Budget;
import io.fullynested.api.search.SearchProblem;
import io.fullynested.api.search.SearchResult;
import io.fullynested.api.search.SearchStrategy;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * One knob for all axes, as the width of a universally slimmable network (Yu and Huang, ICCV 2019): at {@code t} in 0..1 an axis of n
 * legal prefixes keeps the one numbered {@code round(t · (n − 1))} from the shortest, 0. All submodels on the way from 1 down to 0 are
 * visited, however many budgets there are; the largest that a budget allows is its answer, unless a smaller one is more accurate. A
 * baseline: a search is worth what it finds beyond this. Deterministic.
 */
public record UniformScaling() implements SearchStrategy {

    @Override
    public SearchResult search(SearchProblem problem) {
        Exploration explored = new Exploration(problem);
        SubmodelSpec smallest = problem.space().smallest();
        for (Budget budget : problem.budgets()) {
            if (!budget.allows(explored.costs(smallest))) {
                throw explored.cannotBeMet(budget);
            }
        }
        List<Double> knobs = knobs(problem.space());
        for (int i = 0; i < knobs.size(); i++) {
            explored.visit(scaled(problem.space(), knobs.get(i)));
            explored.report((i + 1.0) / knobs.size(), "all", String.format(Locale.ROOT, "t = %.2f", knobs.get(i)));
        }
        return explored.result();
    }

    private static SubmodelSpec scaled(AxisSpace space, double t) {
        return space.select(axis -> axis.keeps().get((int) Math.round(t * (axis.keeps().size() - 1))));
    }

    /** One setting for each submodel there is, the largest first: 1, the midpoints between two changes, 0. */
    private static List<Double> knobs(AxisSpace space) {
        TreeSet<Double> changes = new TreeSet<>();
        for (NestedAxis axis : space.axes()) {
            for (int i = 0; i + 1 < axis.keeps().size(); i++) {
                changes.add((i + .5) / (axis.keeps().size() - 1));
            }
        }
        List<Double> settings = new ArrayList<>();
        double above = 1;
        settings.add(above);
        for (double change : changes.descendingSet()) {
            settings.add((above + change) / 2);
            above = change;
        }
        settings.add(0.0);
        Set<SubmodelSpec> seen = new LinkedHashSet<>();
        return settings.stream().filter(t -> seen.add(scaled(space, t))).toList();
    }
}
