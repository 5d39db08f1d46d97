package io.fullynested.api.search;

import io.fullynested.api.nesting.SubmodelSpec;
import java.io.Serializable;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a search found.
 *
 * @param visited the submodels on its way, evaluated on all validation images, in the order in which they were reached
 * @param chosen  budget name → the best submodel that it allows
 * @param figures what a strategy says of itself, such as how good its predictor was: what it is → the number
 * @param paths   the ways that a strategy went down from the full model, if it went any: each begins with the full model, and each
 *                submodel on it is a part of the one before; not all of them are visited
 * @param unmet   budget name → why nothing was chosen for it
 * @param sensitivities axis → terms kept of it → how far the predictions of the submodel that keeps so many, and all of every other axis, are from the full
 *                model's, in nats; of what was measured only
 */
public record SearchResult(List<Candidate> visited, Map<String, Candidate> chosen, Map<String, Double> figures, List<List<SubmodelSpec>> paths,
                           Map<String, String> unmet, Map<String, Map<Integer, Double>> sensitivities) implements Serializable {

    public SearchResult {
        visited = List.copyOf(visited);
        chosen = Map.copyOf(chosen);
        figures = Map.copyOf(figures);
        paths = paths.stream().map(List::copyOf).toList();
        unmet = Map.copyOf(unmet);
        Map<String, Map<Integer, Double>> copies = new TreeMap<>();
        sensitivities.forEach((axis, of) -> copies.put(axis, Collections.unmodifiableMap(new TreeMap<>(of))));
        sensitivities = Collections.unmodifiableMap(copies);
    }

    /** A result of which no sensitivities are known. */
    public SearchResult(List<Candidate> visited, Map<String, Candidate> chosen, Map<String, Double> figures, List<List<SubmodelSpec>> paths,
                        Map<String, String> unmet) {
        this(visited, chosen, figures, paths, unmet, Map.of());
    }

    /** A result for all budgets. */
    public SearchResult(List<Candidate> visited, Map<String, Candidate> chosen, Map<String, Double> figures, List<List<SubmodelSpec>> paths) {
        this(visited, chosen, figures, paths, Map.of());
    }

    /**
     * The same without what was chosen for some budgets.
     *
     * @param why budget name → why that will not do
     */
    public SearchResult without(Map<String, String> why) {
        Map<String, Candidate> left = new HashMap<>(chosen);
        left.keySet().removeAll(why.keySet());
        Map<String, String> all = new HashMap<>(unmet);
        all.putAll(why);
        return new SearchResult(visited, left, figures, paths, all, sensitivities);
    }

    /** A result without figures and paths. */
    public SearchResult(List<Candidate> visited, Map<String, Candidate> chosen) {
        this(visited, chosen, Map.of(), List.of());
    }
}
