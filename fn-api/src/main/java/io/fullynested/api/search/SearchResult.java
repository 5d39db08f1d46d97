package io.fullynested.api.search;

import java.util.List;
import java.util.Map;

/**
 * What a search found.
 *
 * @param visited the submodels on its way, evaluated on all validation images, in the order in which they were reached
 * @param chosen  budget name → the best submodel that it allows
 */
public record SearchResult(List<Candidate> visited, Map<String, Candidate> chosen) {

    public SearchResult {
        visited = List.copyOf(visited);
        chosen = Map.copyOf(chosen);
    }
}
