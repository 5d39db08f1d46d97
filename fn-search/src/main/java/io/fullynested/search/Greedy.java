package io.fullynested.search;

import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.plugin.Option;
import io.fullynested.api.search.Budget;
import io.fullynested.api.search.Evaluation;
import io.fullynested.api.search.SearchProblem;
import io.fullynested.api.search.SearchResult;
import io.fullynested.api.search.SearchStrategy;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The greedy heuristic of Cui et al. (IJCAI 2020): from the full model on, remove the last term of the axis where that costs the
 * least quality per unit of the budget saved, until all limits hold. Deterministic.
 *
 * <p>The unit of the budget is the excess over its limits, {@code Σ max(0, cost / limit − 1)}: what saves on limits that hold
 * already counts for nothing. A removal that improves the quality is free, and of free ones that which saves the most is taken;
 * then the first in the order of the axes.
 *
 * @param rankImages images that removals are compared on
 * @param rankBy     what quality is. The loss by default: among some 1,000 images a removal changes the class of so few that the
 *                   accuracy tells one removal from another by chance
 */
public record Greedy(
        @Option(value = "validation images to compare removals on; all if there are fewer", byDefault = "1000", min = 1) int rankImages,
        @Option(value = "what a removal should cost the least of: loss, or accuracy, which is whatever score the task has", byDefault = "loss") RankBy rankBy)
        implements SearchStrategy {

    /** What removals are compared by. */
    public enum RankBy {
        /** The loss of the task. */
        LOSS,
        /** Its score, by the name that it had when every task was a classification. */
        ACCURACY;

        /** How bad a submodel is; less is better. */
        double badness(Evaluation evaluation) {
            return this == LOSS ? evaluation.loss() : 1 - evaluation.score();
        }
    }

    @Override
    public SearchResult search(SearchProblem problem) {
        Exploration explored = new Exploration(problem);
        for (int i = 0; i < problem.budgets().size(); i++) {
            Budget budget = problem.budgets().get(i);
            double before = i;
            new GreedyDescent(explored, (current, removals) -> cheapest(explored, current, removals), (spec, done, step) -> {
                explored.visit(spec);
                explored.report((before + done) / problem.budgets().size(), budget.name(), step);
            }).descend(budget);
        }
        return explored.result();
    }

    private Removal cheapest(Exploration explored, SubmodelSpec current, List<Removal> removals) {
        int images = explored.images(rankImages);
        double before = rankBy.badness(explored.evaluate(current, images));
        List<Evaluation> after = explored.evaluate(removals.stream().map(Removal::left).toList(), images);
        Map<Removal, Double> prices = new HashMap<>();
        for (int i = 0; i < removals.size(); i++) {
            prices.put(removals.get(i), removals.get(i).price(Removal.lost(before, rankBy.badness(after.get(i)))));
        }
        // the first of equal ones is the minimum, so ties go by the order of the axes
        return removals.stream().min(Comparator.<Removal>comparingDouble(prices::get)
                .thenComparing(Comparator.comparingDouble(Removal::saving).reversed())).orElseThrow();
    }
}
