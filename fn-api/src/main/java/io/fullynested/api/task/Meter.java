package io.fullynested.api.task;

import java.util.Map;

/** Looks at one answer after the other, and says how good they were. Not for use by several threads at once. */
public interface Meter {

    /**
     * Adds an answer.
     *
     * @param output what the network gave; one that holds what is no number is as wrong as can be
     * @param target what the data set says of the image
     */
    void add(float[] output, float[] target);

    /** How good all answers so far were, by name of the metric, that of the {@link Task#scoreName} among them. There was at least one. */
    Map<String, Double> metrics();
}
