package io.fullynested.core.engine;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.search.Evaluation;
import io.fullynested.core.model.Model;
import io.fullynested.core.tensor.Tensor;
import java.util.Arrays;

/** Measures how well a model, recalibrated or extracted, classifies images. */
public final class Classification {

    private Classification() {
    }

    /** Accuracy and loss on all images of a data set. */
    public static Evaluation evaluate(Engine engine, Model model, Dataset data) {
        return evaluate(engine, model, LabelledImages.first(data, data.size()));
    }

    /** Accuracy and loss on some images. */
    public static Evaluation evaluate(Engine engine, Model model, LabelledImages images) {
        return evaluate(logits(engine, model, images), images.labels());
    }

    /** The logits of some images, {@code [n, classes]}. */
    public static Tensor logits(Engine engine, Model model, LabelledImages images) {
        int classes = model.graph().output().shape().channels();
        float[] all = new float[images.labels().length * classes];
        int written = 0;
        for (Tensor batch : images.batches()) {
            float[] some = engine.run(model, batch).data();
            System.arraycopy(some, 0, all, written, some.length);
            written += some.length;
        }
        return new Tensor(new int[] {images.labels().length, classes}, all);
    }

    /**
     * Accuracy and mean cross-entropy. Of equal logits the first one wins; logits that are not numbers are wrong, and their loss is
     * infinite.
     *
     * @param logits {@code [n, classes]}
     * @param labels n labels
     */
    public static Evaluation evaluate(Tensor logits, int[] labels) {
        int classes = logits.shape()[1];
        int right = 0;
        double loss = 0;
        for (int i = 0; i < labels.length; i++) {
            float[] row = Arrays.copyOfRange(logits.data(), i * classes, (i + 1) * classes);
            right += wins(row, labels[i]) ? 1 : 0;
            loss += crossEntropy(row, labels[i]);
        }
        loss /= labels.length;
        return new Evaluation((double) right / labels.length, Double.isNaN(loss) ? Double.POSITIVE_INFINITY : loss, labels.length);
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
