package io.fullynested.search;

import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Budget;
import io.fullynested.api.search.Candidate;
import io.fullynested.api.search.SearchResult;
import java.util.ArrayList;
import java.util.List;

/**
 * A way down from the full model for each budget, one removal after another. What two ways have in common is evaluated once. Which
 * removal is next is another's choice.
 */
final class GreedyDescent {

    /** Picks the removal that costs the least quality for what it saves. */
    interface Choice {

        /**
         * Picks one.
         *
         * @param removals at least one, in the order of the axes
         */
        Removal cheapest(SubmodelSpec current, List<Removal> removals);
    }

    private final Exploration explored;
    private final Choice choice;
    private final List<Budget> budgets;

    GreedyDescent(Exploration explored, Choice choice) {
        this.explored = explored;
        this.choice = choice;
        this.budgets = explored.problem().budgets();
    }

    SearchResult run() {
        for (int i = 0; i < budgets.size(); i++) {
            descend(budgets.get(i), i);
        }
        return explored.result();
    }

    private void descend(Budget budget, int number) {
        SubmodelSpec current = explored.problem().space().full();
        double whole = explored.excess(current, budget);
        visit(current, budget, number, whole, "full model");
        while (!budget.allows(explored.costs(current))) {
            Removal removal = choice.cheapest(current, removals(current, budget));
            current = removal.left();
            visit(current, budget, number, whole, removal.toString());
        }
    }

    private void visit(SubmodelSpec spec, Budget budget, int number, double whole, String step) {
        Candidate candidate = explored.visit(spec);
        double left = budget.allows(candidate.costs()) ? 0 : explored.excess(spec, budget) / whole;
        explored.report((number + 1 - left) / budgets.size(), budget.name(), step, candidate);
    }

    /** Those that save; or, where two removals save only together, all. */
    private List<Removal> removals(SubmodelSpec current, Budget budget) {
        List<Removal> removals = new ArrayList<>();
        double before = explored.excess(current, budget);
        for (NestedAxis axis : explored.problem().space().axes()) {
            int keep = current.keep(axis.id());
            int below = axis.below(keep);
            if (below > 0) {
                SubmodelSpec left = current.with(axis.id(), below);
                removals.add(new Removal(axis, keep, below, left, before - explored.excess(left, budget)));
            }
        }
        if (removals.isEmpty()) {
            throw explored.cannotBeMet(budget);
        }
        List<Removal> saving = removals.stream().filter(removal -> removal.saving() > 0).toList();
        return saving.isEmpty() ? removals : saving;
    }
}
