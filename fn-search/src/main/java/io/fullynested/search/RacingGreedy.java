package io.fullynested.search;

import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.plugin.Option;
import io.fullynested.api.search.Budget;
import io.fullynested.api.search.SearchProblem;
import io.fullynested.api.search.SearchResult;
import io.fullynested.api.search.SearchStrategy;
import java.util.List;

/**
 * {@link Greedy} that measures far less:
 * <ul>
 * <li>Removals are compared by how far the predictions move from the full model's, not by the loss on labels, so that a block of 50
 *     images ranks them as well as 1,000 labelled ones do (docs/search.md has the figures), and without a recalibration.
 * <li>What a removal costs hardly moves when another axis shrinks, and rather grows, so what it cost when it was last measured ranks
 *     it now, and only the leader is measured anew, until the leader stays ahead (lazy greedy, Minoux 1978).
 * <li>A leader is measured on one block first, then on twice as many: one that falls behind on few is not looked at again, as in
 *     successive halving (Jamieson and Talwalkar, AISTATS 2016).
 * <li>Submodels on the way are not measured on all images, only the best for each budget are.
 * </ul>
 * Deterministic.
 *
 * @param blocks    blocks that a removal taken was measured on
 * @param atOnce    leaders to measure at once
 * @param finalists submodels measured on all validation images for each budget: those of the least divergence
 */
public record RacingGreedy(
        @Option(value = "blocks of 50 validation images that a removal taken was measured on; all if there are fewer", byDefault = "2", min = 1)
        int blocks,
        @Option(value = "leading removals to measure at once; the result does not depend on the number of threads", byDefault = "1", min = 1)
        int atOnce,
        @Option(value = "submodels to measure on all validation images for each budget", byDefault = "1", min = 1) int finalists)
        implements SearchStrategy {

    /** Of the whole search, before the finalists are measured. */
    private static final double DESCENT = .8;

    @Override
    public SearchResult search(SearchProblem problem) {
        Exploration explored = new Exploration(problem);
        descend(explored, problem.budgets(), explored.blocks(blocks), atOnce, DESCENT);
        explored.visitBest(finalists, explored.blocks(blocks), DESCENT);
        return explored.result();
    }

    /**
     * Goes the ways down to budgets; the exploration remembers what was measured.
     *
     * @param share of the whole search
     */
    static void descend(Exploration explored, List<Budget> budgets, int blocks, int atOnce, double share) {
        LazyRace race = new LazyRace(explored, blocks, atOnce);
        for (int i = 0; i < budgets.size(); i++) {
            Budget budget = budgets.get(i);
            double before = i;
            SubmodelSpec end = new GreedyDescent(explored, race, (spec, done, step) ->
                    explored.report(share * (before + done) / budgets.size(), budget.name(), step)).descend(budget);
            // the full model, if it is the end, took part in no race
            explored.divergences(List.of(end), blocks);
        }
    }
}
