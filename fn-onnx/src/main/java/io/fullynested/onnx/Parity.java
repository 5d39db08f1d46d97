package io.fullynested.onnx;

import io.fullynested.core.tensor.Tensor;
import java.util.Arrays;
import java.util.Locale;

/**
 * How far two computations of the same logits are apart.
 *
 * @param images        how many images were looked at
 * @param maxAbsDiff    greatest absolute difference of a logit
 * @param medianAbsDiff median absolute difference over all logits
 * @param flips         images whose most likely class differs
 */
public record Parity(int images, double maxAbsDiff, double medianAbsDiff, int flips) {

    /**
     * Compares two tensors of one shape {@code [images, classes]}.
     *
     * @throws IllegalArgumentException if the shapes differ, or there are no images
     */
    public static Parity of(Tensor expected, Tensor actual) {
        if (!Arrays.equals(expected.shape(), actual.shape())) {
            throw new IllegalArgumentException("Logits of shape " + Arrays.toString(actual.shape()) + " cannot be compared with "
                    + Arrays.toString(expected.shape()));
        }
        if (expected.data().length == 0) {
            throw new IllegalArgumentException("There are no images to compare");
        }
        int images = expected.shape()[0];
        int classes = expected.data().length / images;
        double[] differences = new double[expected.data().length];
        for (int i = 0; i < differences.length; i++) {
            differences[i] = Math.abs((double) expected.data()[i] - actual.data()[i]);
        }
        // NaN sorts last: one of them is enough to be seen in the maximum
        Arrays.sort(differences);
        int flips = 0;
        for (int image = 0; image < images; image++) {
            if (top(expected.data(), image * classes, classes) != top(actual.data(), image * classes, classes)) {
                flips++;
            }
        }
        int middle = differences.length / 2;
        double median = differences.length % 2 == 1 ? differences[middle] : (differences[middle - 1] + differences[middle]) / 2;
        return new Parity(images, differences[differences.length - 1], median, flips);
    }

    /** Share of the images on which the most likely class is the same. */
    public double top1Agreement() {
        return 1 - (double) flips / images;
    }

    /** The greater of each difference. */
    public Parity worst(Parity other) {
        return new Parity(Math.min(images, other.images), Math.max(maxAbsDiff, other.maxAbsDiff),
                Math.max(medianAbsDiff, other.medianAbsDiff), Math.max(flips, other.flips));
    }

    /** In words. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%d of %d answers differ, logits by %.2g at most, by %.2g in the median", flips, images, maxAbsDiff,
                medianAbsDiff);
    }

    /** The index of the greatest of {@code count} values, the first one of equals. */
    static int top(float[] values, int from, int count) {
        int top = 0;
        for (int i = 1; i < count; i++) {
            if (values[from + i] > values[from + top]) {
                top = i;
            }
        }
        return top;
    }
}
