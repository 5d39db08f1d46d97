package io.fullynested.core.task;

import io.fullynested.api.task.Meter;
import io.fullynested.api.task.Moments;
import io.fullynested.api.task.Objective;
import java.util.Optional;

/** Squares of errors in deviations of the quantity, the mean over the quantities; beyond a limit linear, and half of it all. */
final class QuantityObjective implements Objective {

    private final Moments moments;
    private final double limit;

    /** @param limit where errors begin to cost linearly, in deviations; infinite for squares alone */
    QuantityObjective(Moments moments, double limit) {
        this.moments = moments;
        this.limit = limit;
    }

    @Override
    public double loss(float[] output, float[] target, float[] gradient) {
        double sum = 0;
        for (int k = 0; k < output.length; k++) {
            double one = moments.deviation()[k];
            double error = ((double) output[k] - target[k]) / one;
            double bounded = Math.max(-limit, Math.min(limit, error));
            boolean squares = Double.isInfinite(limit);
            sum += squares ? error * error : bounded * (error - bounded / 2);
            gradient[k] = (float) ((squares ? 2 * error : bounded) / one / output.length);
        }
        return sum / output.length;
    }

    @Override
    public Meter meter() {
        return new QuantityMeter(moments);
    }

    @Override
    public Optional<Moments> moments() {
        return Optional.of(moments);
    }

    @Override
    public Optional<float[]> blind() {
        float[] mean = new float[moments.mean().length];
        for (int k = 0; k < mean.length; k++) {
            mean[k] = (float) moments.mean()[k];
        }
        return Optional.of(mean);
    }
}
