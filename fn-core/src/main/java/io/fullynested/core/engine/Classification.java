package io.fullynested.core.engine;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.search.Evaluation;
import io.fullynested.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Measures how well a model, recalibrated or extracted, classifies images. */
public final class Classification {

    private Classification() {
    }

    /** Accuracy and loss on all images of a data set. */
    public static Evaluation evaluate(Executable model, Dataset data) {
        return evaluate(model, LabelledImages.of(data));
    }

    /** Accuracy and loss on some images. */
    public static Evaluation evaluate(Executable model, LabelledImages images) {
        Score score = new Score();
        images.forEach(batch -> score.add(model.run(batch.images()), batch.labels()));
        return score.mean();
    }

    /** The logits of some images, {@code [n, classes]}. */
    public static Tensor logits(Executable model, LabelledImages images) {
        List<Tensor> logits = new ArrayList<>();
        images.forEach(batch -> logits.add(model.run(batch.images())));
        return Tensor.concat(logits);
    }

    /**
     * Accuracy and mean cross-entropy. Of equal logits the first one wins; logits that are not numbers are wrong, and their loss is
     * infinite.
     *
     * @param logits {@code [n, classes]}
     * @param labels n labels
     */
    public static Evaluation evaluate(Tensor logits, int[] labels) {
        Score score = new Score();
        score.add(logits, labels);
        return score.mean();
    }

    /** What adds up to an evaluation, batch by batch. */
    private static final class Score {
        private int images;
        private int right;
        private double loss;

        void add(Tensor logits, int[] labels) {
            int classes = logits.shape()[1];
            for (int i = 0; i < labels.length; i++) {
                float[] row = Arrays.copyOfRange(logits.data(), i * classes, (i + 1) * classes);
                right += wins(row, labels[i]) ? 1 : 0;
                loss += crossEntropy(row, labels[i]);
            }
            images += labels.length;
        }

        Evaluation mean() {
            double mean = loss / images;
            return new Evaluation((double) right / images, Double.isNaN(mean) ? Double.POSITIVE_INFINITY : mean, images);
        }
    }

    /**
     * The mean divergence {@code KL(p ‖ q)} in nats of two predictions; infinite where logits are not numbers.
     *
     * @param p logits, {@code [n, classes]}
     * @param q logits, {@code [n, classes]}
     */
    static double divergence(Tensor p, Tensor q) {
        int classes = p.shape()[1];
        int images = p.shape()[0];
        double divergence = 0;
        for (int i = 0; i < images; i++) {
            float[] of = Arrays.copyOfRange(p.data(), i * classes, (i + 1) * classes);
            float[] from = Arrays.copyOfRange(q.data(), i * classes, (i + 1) * classes);
            for (int label = 0; label < classes; label++) {
                double surprise = crossEntropy(of, label);
                divergence += Math.exp(-surprise) * (crossEntropy(from, label) - surprise);
            }
        }
        return Double.isNaN(divergence) ? Double.POSITIVE_INFINITY : divergence / images;
    }

    private static boolean wins(float[] row, int label) {
        for (int c = 0; c < row.length; c++) {
            // written so that a NaN on either side loses
            if (c < label && !(row[c] < row[label]) || c > label && !(row[c] <= row[label])) {
                return false;
            }
        }
        return true;
    }

    private static double crossEntropy(float[] row, int label) {
        double greatest = Double.NEGATIVE_INFINITY;
        for (float logit : row) {
            greatest = Math.max(greatest, logit);
        }
        double sum = 0;
        for (float logit : row) {
            sum += Math.exp(logit - greatest);
        }
        return Math.log(sum) + greatest - row[label];
    }
}
