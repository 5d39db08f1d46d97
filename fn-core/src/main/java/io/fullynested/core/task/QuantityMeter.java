package io.fullynested.core.task;

import io.fullynested.api.task.Meter;
import io.fullynested.api.task.Moments;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Adds up errors. The coefficient of determination is {@code 1 − Σ error² / Σ (target − mean)²}, the mean being that of the targets that were
 * looked at; of several quantities it is the mean of theirs. The mean absolute error is in the unit of the data.
 */
final class QuantityMeter implements Meter {

    private final double[] center;
    private final double[] sum;
    private final double[] squares;
    private final double[] errors;
    private double absolute;
    private long count;

    QuantityMeter(Moments moments) {
        this.center = moments.mean();
        this.sum = new double[center.length];
        this.squares = new double[center.length];
        this.errors = new double[center.length];
    }

    @Override
    public void add(float[] output, float[] target) {
        count++;
        for (int k = 0; k < center.length; k++) {
            // about a point near the mean, or the difference of large sums would lose the variance
            double at = target[k] - center[k];
            double error = (double) output[k] - target[k];
            sum[k] += at;
            squares[k] += at * at;
            errors[k] += error * error;
            absolute += Math.abs(error) / center.length;
        }
    }

    @Override
    public Map<String, Double> metrics() {
        double explained = 0;
        for (int k = 0; k < center.length; k++) {
            double variance = squares[k] - sum[k] * sum[k] / count;
            explained += errors[k] == 0 ? 1 : variance > 0 ? 1 - errors[k] / variance : Double.NEGATIVE_INFINITY;
        }
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put(Regression.R2, Double.isNaN(explained) ? Double.NEGATIVE_INFINITY : explained / center.length);
        metrics.put("mae", absolute / count);
        return metrics;
    }
}
