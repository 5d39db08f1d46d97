package io.fullynested.core.task;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.task.Moments;

/** Mean and deviation of each number of the targets. */
final class TargetMoments {

    /** A deviation below this share of the mean is that of a quantity that is always the same, for which 1 is taken. */
    private static final double SMALLEST = 1e-9;

    private TargetMoments() {
    }

    static Moments of(Dataset data) {
        int size = data.target().size();
        double[] mean = new double[size];
        double[] squares = new double[size];
        float[] target = new float[size];
        // Welford's update, which does not lose the variance of numbers far from 0
        for (int i = 0; i < data.size(); i++) {
            data.readTarget(i, target, 0);
            for (int k = 0; k < size; k++) {
                double before = target[k] - mean[k];
                mean[k] += before / (i + 1);
                squares[k] += before * (target[k] - mean[k]);
            }
        }
        double[] deviation = new double[size];
        for (int k = 0; k < size; k++) {
            double found = Math.sqrt(squares[k] / data.size());
            deviation[k] = found > SMALLEST * Math.abs(mean[k]) ? found : 1;
        }
        return new Moments(mean, deviation);
    }
}
