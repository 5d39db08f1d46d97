package io.fullynested.core.task;

import io.fullynested.api.task.Meter;
import io.fullynested.api.task.Objective;
import java.util.Optional;

/** Binary cross-entropy, the mean over the labels. */
final class LabelObjective implements Objective {

    private final double[] applies;
    private final double[] not;
    private final float[] logOdds;

    /**
     * Labels of which each applies to a share of the images.
     *
     * @param images   how many there are; a label that none has, or all, is taken to be as likely as one of half an image
     * @param balanced whether both answers weigh the same in all
     */
    LabelObjective(double[] shares, int images, boolean balanced) {
        this.applies = new double[shares.length];
        this.not = new double[shares.length];
        this.logOdds = new float[shares.length];
        double least = 0.5 / images;
        for (int k = 0; k < shares.length; k++) {
            double share = Math.max(least, Math.min(1 - least, shares[k]));
            logOdds[k] = (float) Math.log(share / (1 - share));
            applies[k] = balanced ? 0.5 / share : 1;
            not[k] = balanced ? 0.5 / (1 - share) : 1;
        }
    }

    @Override
    public double loss(float[] output, float[] target, float[] gradient) {
        double sum = 0;
        for (int k = 0; k < output.length; k++) {
            boolean has = target[k] > 0;
            double weight = has ? applies[k] : not[k];
            gradient[k] = (float) (weight * (1 / (1 + Math.exp(-output[k])) - target[k]) / output.length);
            sum += weight * softplus(has ? -output[k] : output[k]);
        }
        return sum / output.length;
    }

    /** {@code log(1 + e^x)}. */
    private static double softplus(double x) {
        return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    }

    @Override
    public Meter meter() {
        return new LabelMeter(applies.length);
    }

    /** {@code KL} of the labels' probabilities, the sum over the labels. */
    @Override
    public double divergence(float[] whole, float[] part) {
        double sum = 0;
        for (int k = 0; k < whole.length; k++) {
            double share = 1 / (1 + Math.exp(-whole[k]));
            sum += share * (softplus(-part[k]) - softplus(-whole[k])) + (1 - share) * (softplus(part[k]) - softplus(whole[k]));
        }
        return sum;
    }

    @Override
    public int[] decisions(float[] output) {
        int[] decisions = new int[output.length];
        for (int k = 0; k < output.length; k++) {
            decisions[k] = output[k] > 0 ? 1 : output[k] <= 0 ? 0 : -1;
        }
        return decisions;
    }

    @Override
    public Optional<float[]> blind() {
        return Optional.of(logOdds.clone());
    }
}
