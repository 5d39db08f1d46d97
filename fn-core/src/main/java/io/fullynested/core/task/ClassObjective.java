package io.fullynested.core.task;

import io.fullynested.api.task.Meter;
import io.fullynested.api.task.Objective;
import java.util.Optional;

/** Cross-entropy of classes, each with a weight. */
public final class ClassObjective implements Objective {

    private final double[] weights;
    private final float[] logPriors;

    ClassObjective(double[] weights, float[] logPriors) {
        this.weights = weights;
        this.logPriors = logPriors;
    }

    /** What the loss of an image is multiplied by, by its class. */
    public double[] weights() {
        return weights.clone();
    }

    @Override
    public double loss(float[] output, float[] target, float[] gradient) {
        int label = (int) target[0];
        double logSum = Softmax.logSum(output);
        for (int c = 0; c < output.length; c++) {
            gradient[c] = (float) (weights[label] * (Math.exp(output[c] - logSum) - (c == label ? 1 : 0)));
        }
        return weights[label] * (logSum - output[label]);
    }

    @Override
    public Meter meter() {
        return new ClassMeter(weights.length);
    }

    @Override
    public double divergence(float[] whole, float[] part) {
        return Softmax.divergence(whole, part);
    }

    @Override
    public int[] decisions(float[] output) {
        return new int[] {Softmax.top(output)};
    }

    @Override
    public Optional<float[]> blind() {
        return Optional.of(logPriors.clone());
    }
}
