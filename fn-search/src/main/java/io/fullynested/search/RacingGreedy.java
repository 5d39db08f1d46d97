package io.fullynested.search;

import io.fullynested.api.plugin.Option;
import io.fullynested.api.search.SearchProblem;
import io.fullynested.api.search.SearchResult;
import io.fullynested.api.search.SearchStrategy;

/**
 * {@link Greedy} that measures less, in two ways. What a removal costs of quality hardly moves when another axis shrinks, and rather
 * grows, so what it cost when it was last measured ranks it now, and only the leader is measured anew, until the leader stays ahead
 * (lazy greedy, Minoux 1978). And a leader is measured on few images first, then on twice as many, up to all that removals are
 * compared on: one that falls behind on few is not looked at again, as in successive halving (Jamieson and Talwalkar, AISTATS 2016).
 * Removals are compared by loss. Deterministic.
 *
 * @param rankImages  images that the removal taken was measured on
 * @param firstImages images that a removal is first measured on
 * @param atOnce      leaders to measure at once; several keep several processors busy, but some are measured in vain
 */
public record RacingGreedy(
        @Option(value = "validation images that the removal taken was measured on; all if there are fewer", byDefault = "1000", min = 1)
        int rankImages,
        @Option(value = "validation images that a removal is first measured on; twice as many each time it leads", byDefault = "500", min = 1)
        int firstImages,
        @Option(value = "leading removals to measure at once; the result does not depend on the number of threads", byDefault = "1", min = 1)
        int atOnce)
        implements SearchStrategy {

    /** @throws IllegalArgumentException if a race would begin with more images than it ends */
    public RacingGreedy {
        if (firstImages > rankImages) {
            throw new IllegalArgumentException("first-images must be at most rank-images " + rankImages + ", found " + firstImages);
        }
    }

    @Override
    public SearchResult search(SearchProblem problem) {
        Exploration explored = new Exploration(problem);
        return new GreedyDescent(explored, new LazyRace(this, explored)).run();
    }
}
