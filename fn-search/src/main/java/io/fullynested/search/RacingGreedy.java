package io.fullynested.search;

import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.plugin.Option;
import io.fullynested.api.search.Budget;
import io.fullynested.api.search.SearchProblem;
import io.fullynested.api.search.SearchResult;
import io.fullynested.api.search.SearchStrategy;

/**
 * {@link Greedy} that measures less.
 */
public record RacingGreedy(
        @Option(value = "blocks of validation images that the removal taken was measured on; all if there are fewer", byDefault = "2", min = 1)
        int blocks,
        @Option(value = "leading removals to measure at once; the result does not depend on the number of threads", byDefault = "1", min = 1)
        int atOnce)
        implements SearchStrategy {

    @Override
    public SearchResult search(SearchProblem problem) {
        Exploration explored = new Exploration(problem);
        LazyRace race = new LazyRace(explored, explored.blocks(blocks), atOnce);
        for (int i = 0; i < problem.budgets().size(); i++) {
            Budget budget = problem.budgets().get(i);
            SubmodelSpec end = new GreedyDescent(explored, race, (spec, done, step) -> { }).descend(budget);
            explored.report((i + 1.0) / problem.budgets().size(), budget.name(), "found", explored.visit(end));
        }
        return explored.result();
    }
}
