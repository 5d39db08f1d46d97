package io.fullynested.search;

import io.fullynested.api.plugin.Option;
import io.fullynested.core.spec.OtherKeys;
import java.util.Map;

/**
 * The cheapest submodel that is good enough.
 *
 * @param name     names the submodel that is found
 * @param minimise the cost model by which it should be cheap
 * @param metric   the score by the name of its metric, and the least of it on the validation images, 0..1
 */
public record Floor(
        @Option("its name, as a budget's") String name,
        @Option("the cost that should be as low as possible") String minimise,
        @Option(value = "the least validation score, under the name of the task's metric: accuracy of a classification that says nothing else",
                min = 0, max = 1) OtherKeys metric) {

    /** @throws IllegalArgumentException if there is no metric, or more than one */
    public Floor {
        if (metric.numbers().size() != 1) {
            throw new IllegalArgumentException(metric.numbers().isEmpty() ? "a floor says how good the submodel must be. Maybe accuracy: 88 %?"
                    : "a floor is of one metric, found " + String.join(", ", metric.numbers().keySet()));
        }
    }

    /** Of a metric by name. */
    public Floor(String name, String minimise, String metric, double least) {
        this(name, minimise, new OtherKeys(Map.of(metric, least)));
    }

    /** The name of the metric. */
    public String scoreName() {
        return metric.numbers().keySet().iterator().next();
    }

    /** The least of it. */
    public double least() {
        return metric.numbers().values().iterator().next();
    }
}
