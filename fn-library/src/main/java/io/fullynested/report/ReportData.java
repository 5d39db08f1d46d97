package io.fullynested.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the script of the report knows; costs stand in the order of {@code costs} everywhere. */
record ReportData(String metric, List<Cost> costs, List<Point> candidates, double base, double costHeight, List<Full> layers, List<Part> submodels,
                  List<Steps> ways) {

    /**
     * A cost, and how its numbers are written.
     *
     * @param byLayer whether layers have shares in it
     */
    record Cost(String name, String unit, boolean byLayer, double step, List<String> prefixes) {

        static Cost of(String name, String unit, boolean byLayer) {
            return new Cost(name, unit, byLayer, Quantity.step(unit), Quantity.prefixes(unit));
        }
    }

    /** A submodel that was visited. */
    record Point(String selection, double[] costs, double score, int images) {
    }

    /** A layer of the full model; {@code height} is that of its tower. */
    record Full(String name, String what, double height, int channels, double[] costs) {
    }

    /** A submodel that is drawn: what is left of each layer, {@code null} if nothing is, and the numbers of the edges it has. */
    record Part(List<Kept> layers, List<Integer> edges) {
    }

    /** What is left of a layer. */
    record Kept(int channels, int weightBits, int signalBits, double[] costs) {
    }

    /** A way down. */
    record Steps(String name, List<Step> steps) {
    }

    /** A step of it, of a score that may be {@code null}; {@code submodel} is its number among those that are drawn. */
    record Step(List<String> removed, Double score, double[] costs, int submodel) {
    }

    /** Zero where there is none. */
    static double[] inOrder(List<Cost> costs, Map<String, Double> values) {
        return costs.stream().mapToDouble(cost -> values.getOrDefault(cost.name(), 0.0)).toArray();
    }

    /** What is drawn of a submodel, beside the full one. */
    static Part part(List<Cost> costs, List<Layer> full, Layers kept, List<Layers.Edge> edges) {
        List<Kept> layers = new ArrayList<>();
        for (Layer one : full) {
            Layer left = kept.all().get(one.name());
            layers.add(left == null ? null
                    : new Kept(left.shape().channels(), left.weightBits(), left.signalBits(), inOrder(costs, left.costs())));
        }
        var on = kept.edges();
        List<Integer> present = new ArrayList<>();
        for (int i = 0; i < edges.size(); i++) {
            if (on.contains(edges.get(i))) {
                present.add(i);
            }
        }
        return new Part(layers, present);
    }

    /** For a script element: nothing in it ends the element. */
    String json() throws JsonProcessingException {
        return new ObjectMapper().writeValueAsString(this).replace("<", "\\u003c");
    }
}
