package io.fullynested.api.search;

import java.util.List;
import java.util.Map;

/**
 * What a search found.
 *
 * @param visited the submodels on its way, evaluated on all validation images, in the order in which they were reached
 * @param chosen  budget name → the best submodel that it allows
 * @param figures what a strategy says of itself, such as how good its predictor was: what it is → the number
 */
public record SearchResult(List<Candidate> visited, Map<String, Candidate> chosen, Map<String, Double> figures) {

    public SearchResult {
        visited = List.copyOf(visited);
        chosen = Map.copyOf(chosen);
        figures = Map.copyOf(figures);
    }

    /** A result without figures. */
    public SearchResult(List<Candidate> visited, Map<String, Candidate> chosen) {
        this(visited, chosen, Map.of());
    }
}
