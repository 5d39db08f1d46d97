package io.fullynested.search;

import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.plugin.Option;
import io.fullynested.api.search.Budget;
import io.fullynested.api.search.SearchProblem;
import io.fullynested.api.search.SearchResult;
import io.fullynested.api.search.SearchStrategy;
import java.util.List;

/**
 * NSGA-II (Deb et al., IEEE Transactions on Evolutionary Computation 6(2), 2002) as jMetal has it, with the divergence from the full
 * model and every limited cost as objectives. A submodel that no budget allows is repaired by removing the last terms of axes drawn at
 * random. The first population is the way down of {@link RacingGreedy} and submodels drawn at random. The best for each budget are
 * measured on all validation images. The same for the same seed.
 *
 * @param population  submodels of a generation
 * @param generations how many generations, the first one included
 * @param blocks      blocks of validation images that submodels are compared on
 * @param finalists   submodels measured on all validation images for each budget: those of the least divergence
 */
public record Evolutionary(
        @Option(value = "submodels of a generation, an even number", byDefault = "20", min = 4) int population,
        @Option(value = "generations, the first one included", byDefault = "8", min = 1) int generations,
        @Option(value = "blocks of 50 validation images that submodels are compared on", byDefault = "2", min = 1) int blocks,
        @Option(value = "submodels to measure on all validation images for each budget", byDefault = "1", min = 1) int finalists)
        implements SearchStrategy {

    /** Shares of the whole search that are done when evolution starts, and when it ends. */
    static final double START = .3;
    static final double END = .9;

    /** @throws IllegalArgumentException if the population is odd: submodels are mated in pairs */
    public Evolutionary {
        if (population % 2 != 0) {
            throw new IllegalArgumentException("population must be even, found " + population + ". Maybe " + (population + 1) + "?");
        }
    }

    @Override
    public SearchResult search(SearchProblem problem) {
        return search(problem, problem.budgets());
    }

    /** Begins with the ways down to some of the budgets only. */
    SearchResult search(SearchProblem problem, List<Budget> ways) {
        Exploration explored = new Exploration(problem);
        int enough = explored.blocks(blocks);
        RacingGreedy.descend(explored, ways, enough, 1, START);
        List<SubmodelSpec> seeds = explored.meanDivergences().keySet().stream().filter(spec -> problem.budgets().stream()
                .anyMatch(budget -> budget.allows(explored.costs(spec)))).toList();
        Evolution.run(explored, seeds, population, generations, enough);
        explored.visitBest(finalists, enough, END);
        return explored.result();
    }
}
