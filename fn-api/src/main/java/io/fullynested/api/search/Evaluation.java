package io.fullynested.api.search;

import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How good a submodel is.
 *
 * @param score   by the metric of the task, the more the better, 1 at most: of a classification the share of images classified rightly
 * @param loss    mean over the images: of a classification the cross-entropy in nats
 * @param images  how many images were looked at
 * @param metrics all that was measured, by name; may be empty
 */
public record Evaluation(double score, double loss, int images, Map<String, Double> metrics) implements Serializable {

    public Evaluation {
        metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
    }

    /** Of a score and a loss alone. */
    public Evaluation(double score, double loss, int images) {
        this(score, loss, images, Map.of());
    }

    /** The {@link #score}, by the name that it had when every task was a classification. */
    public double accuracy() {
        return score;
    }
}
