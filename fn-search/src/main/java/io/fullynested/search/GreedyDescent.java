package io.fullynested.search;

import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Budget;
import java.util.ArrayList;
import java.util.List;

/** A way down from the full model until a budget holds, one removal after another. Which removal is next is another's choice. */
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

    /** Told of each submodel on the way. */
    interface Visitor {

        /**
         * One is reached.
         *
         * @param done share of the way, 0..1
         * @param step how it was reached, for the user
         */
        void reached(SubmodelSpec spec, double done, String step);
    }

    private final Exploration explored;
    private final Choice choice;
    private final Visitor visitor;

    GreedyDescent(Exploration explored, Choice choice, Visitor visitor) {
        this.explored = explored;
        this.choice = choice;
        this.visitor = visitor;
    }

    /** The end of the way, which the budget allows. */
    SubmodelSpec descend(Budget budget) {
        SubmodelSpec current = explored.problem().space().full();
        double whole = explored.excess(current, budget);
        List<SubmodelSpec> path = new ArrayList<>(List.of(current));
        visitor.reached(current, budget.allows(explored.costs(current)) ? 1 : 0, "full model");
        while (!budget.allows(explored.costs(current))) {
            explored.checkCancelled();
            Removal removal = choice.cheapest(current, removals(current, budget));
            current = removal.left();
            path.add(current);
            double left = budget.allows(explored.costs(current)) ? 0 : explored.excess(current, budget) / whole;
            visitor.reached(current, 1 - left, removal.toString());
        }
        explored.gone(path);
        return current;
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
