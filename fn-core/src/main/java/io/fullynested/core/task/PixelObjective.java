package io.fullynested.core.task;

import io.fullynested.api.task.Meter;
import io.fullynested.api.task.Objective;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Cross-entropy of the classes of pixels, the mean over those that count. Outputs lie class by class, {@code [classes, H, W]}. */
final class PixelObjective implements Objective {

    private final double[] weights;
    private final float[] logPriors;
    private final int pixels;

    PixelObjective(double[] weights, float[] logPriors, int pixels) {
        this.weights = weights;
        this.logPriors = logPriors;
        this.pixels = pixels;
    }

    private float[] logits(float[] output, int pixel) {
        float[] logits = new float[weights.length];
        for (int c = 0; c < logits.length; c++) {
            logits[c] = output[c * pixels + pixel];
        }
        return logits;
    }

    @Override
    public double loss(float[] output, float[] target, float[] gradient) {
        int counted = 0;
        for (float label : target) {
            counted += label >= 0 ? 1 : 0;
        }
        double sum = 0;
        for (int p = 0; p < pixels; p++) {
            int label = (int) target[p];
            float[] logits = logits(output, p);
            double logSum = label < 0 ? 0 : Softmax.logSum(logits);
            for (int c = 0; c < logits.length; c++) {
                gradient[c * pixels + p] = label < 0 ? 0
                        : (float) (weights[label] * (Math.exp(logits[c] - logSum) - (c == label ? 1 : 0)) / counted);
            }
            sum += label < 0 ? 0 : weights[label] * (logSum - logits[label]);
        }
        return counted == 0 ? 0 : sum / counted;
    }

    @Override
    public Meter meter() {
        return new PixelMeter();
    }

    /** Counts which class pixels were taken for. */
    private final class PixelMeter implements Meter {

        private final Confusion confusion = new Confusion(weights.length);

        @Override
        public void add(float[] output, float[] target) {
            for (int p = 0; p < pixels; p++) {
                if (target[p] >= 0) {
                    confusion.add((int) target[p], Softmax.top(logits(output, p)));
                }
            }
        }

        @Override
        public Map<String, Double> metrics() {
            Map<String, Double> metrics = new LinkedHashMap<>();
            metrics.put(Segmentation.MEAN_IOU, confusion.intersectionOverUnion());
            metrics.put("pixel-accuracy", confusion.accuracy());
            return metrics;
        }
    }

    @Override
    public double divergence(float[] whole, float[] part) {
        double sum = 0;
        for (int p = 0; p < pixels; p++) {
            sum += Softmax.divergence(logits(whole, p), logits(part, p));
        }
        return sum / pixels;
    }

    @Override
    public int[] decisions(float[] output) {
        int[] classes = new int[pixels];
        for (int p = 0; p < pixels; p++) {
            classes[p] = Softmax.top(logits(output, p));
        }
        return classes;
    }

    @Override
    public Optional<float[]> blind() {
        float[] output = new float[logPriors.length * pixels];
        for (int i = 0; i < output.length; i++) {
            output[i] = logPriors[i / pixels];
        }
        return Optional.of(output);
    }
}
