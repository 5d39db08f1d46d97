package io.fullynested.api.search;

/** Finds submodels under budgets, without training. */
@FunctionalInterface
public interface SearchStrategy {

    /**
     * Searches.
     *
     * @throws java.util.concurrent.CancellationException if {@link Progress#cancelled()} said so
     */
    SearchResult search(SearchProblem problem);
}
