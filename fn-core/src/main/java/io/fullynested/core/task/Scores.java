package io.fullynested.core.task;

import io.fullynested.api.search.Evaluation;
import io.fullynested.api.task.Meter;
import java.util.Arrays;
import java.util.Map;

/** Adds up how good answers were. */
public final class Scores {

    private final Scorer scorer;
    private final Meter meter;
    private double loss;
    private int images;

    Scores(Scorer scorer) {
        this.scorer = scorer;
        this.meter = scorer.objective().meter();
    }

    /**
     * Adds answers.
     *
     * @param outputs of {@code count} images, one after the other
     * @param targets of the same images
     */
    public Scores add(float[] outputs, float[] targets, int count) {
        int output = outputs.length / count;
        int target = targets.length / count;
        float[] gradient = new float[output];
        for (int i = 0; i < count; i++) {
            float[] answer = Arrays.copyOfRange(outputs, i * output, (i + 1) * output);
            float[] wanted = Arrays.copyOfRange(targets, i * target, (i + 1) * target);
            loss += scorer.objective().loss(answer, wanted, gradient);
            meter.add(answer, wanted);
        }
        images += count;
        return this;
    }

    /** Adds answers, but for their loss. */
    public void measure(float[] outputs, float[] targets, int count) {
        int output = outputs.length / count;
        int target = targets.length / count;
        for (int i = 0; i < count; i++) {
            meter.add(Arrays.copyOfRange(outputs, i * output, (i + 1) * output), Arrays.copyOfRange(targets, i * target, (i + 1) * target));
        }
    }

    /** The score of all answers so far; there was at least one. */
    public double score() {
        return meter.metrics().get(scorer.task().scoreName());
    }

    /** Of all answers so far; there was at least one. A loss that is no number is infinite. */
    public Evaluation evaluation() {
        Map<String, Double> metrics = meter.metrics();
        double mean = loss / images;
        return new Evaluation(metrics.get(scorer.task().scoreName()), Double.isNaN(mean) ? Double.POSITIVE_INFINITY : mean, images, metrics);
    }
}
