package io.fullynested.onnx;

import io.fullynested.api.task.Moments;
import io.fullynested.api.task.Objective;
import io.fullynested.core.task.OutputsObjective;
import io.fullynested.core.tensor.Samples;
import io.fullynested.core.tensor.Tensor;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * How far two computations of the same outputs are apart.
 *
 * @param answers       how many answers were looked at: one for each image, label or pixel, as the task has it
 * @param maxAbsDiff    greatest absolute difference of a number, in the deviations of a quantity if it is one, or of the output if it is one of several
 * @param medianAbsDiff median absolute difference over all numbers
 * @param flips         answers that differ: another class, or a quantity that is 1 % of its deviation away
 */
public record Parity(int answers, double maxAbsDiff, double medianAbsDiff, int flips) {

    private static final double NEAR = .01;

    /**
     * Compares outputs whose greatest number is the answer: two tensors of one shape {@code [images, classes]}.
     *
     * @throws IllegalArgumentException if the shapes differ, or there are no images
     */
    public static Parity of(Tensor expected, Tensor actual) {
        return of(expected, actual, row -> new int[] {top(row)}, Optional.empty());
    }

    /** Compares outputs whose meaning is not known: rows of two numbers or more by the greatest, others in their own deviation. */
    static Parity ofAnswers(Tensor expected, Tensor actual) {
        if (expected.shape().length == 2 && expected.shape()[1] > 1) {
            return of(expected, actual);
        }
        requireAlike(expected, actual);
        return of(expected, actual, row -> new int[0], Optional.of(deviations(expected)));
    }

    /**
     * Compares outputs of a task. Of several outputs each is compared by itself, in its own deviations; those that the task is about by their
     * answers too.
     */
    public static Parity of(Tensor expected, Tensor actual, Objective objective) {
        if (!(objective instanceof OutputsObjective several)) {
            return of(expected, actual, objective::decisions, objective.moments());
        }
        requireAlike(expected, actual);
        return several.outputs().stream().map(part -> {
            Tensor own = output(expected, part);
            Tensor other = output(actual, part);
            Optional<Moments> deviations = Optional.of(deviations(own));
            return part.objective().map(task -> of(own, other, task::decisions, task.moments().or(() -> deviations)))
                    .orElseGet(() -> of(own, other, row -> new int[0], deviations).numbers());
        }).reduce(Parity::and).orElseThrow();
    }

    private static Tensor output(Tensor rows, OutputsObjective.Part part) {
        int n = rows.shape()[0];
        int length = part.to() - part.from();
        return new Tensor(new int[] {n, length}, Samples.numbers(rows.data(), 0, n, rows.data().length / n, part.from(), length));
    }

    /** One deviation for all numbers of an output. */
    private static Moments deviations(Tensor output) {
        double mean = IntStream.range(0, output.data().length).mapToDouble(i -> output.data()[i]).average().orElseThrow();
        double variance = IntStream.range(0, output.data().length).mapToDouble(i -> output.data()[i] - mean).map(off -> off * off).average().orElseThrow();
        double[] one = new double[output.data().length / output.shape()[0]];
        Arrays.fill(one, variance > 0 ? Math.sqrt(variance) : 1);
        return new Moments(new double[one.length], one);
    }

    /** The same of numbers that answer nothing. */
    private Parity numbers() {
        return new Parity(0, maxAbsDiff, medianAbsDiff, 0);
    }

    private static Parity of(Tensor expected, Tensor actual, Function<float[], int[]> decisions, Optional<Moments> moments) {
        requireAlike(expected, actual);
        int images = expected.shape()[0];
        int size = expected.data().length / images;
        double[] differences = new double[expected.data().length];
        int answers = 0;
        int flips = 0;
        for (int from = 0; from < differences.length; from += size) {
            double greatest = 0;
            for (int k = 0; k < size; k++) {
                double one = moments.isEmpty() ? 1 : moments.get().deviation()[k];
                differences[from + k] = Math.abs((double) expected.data()[from + k] - actual.data()[from + k]) / one;
                greatest = Math.max(greatest, differences[from + k]);
            }
            int[] first = decisions.apply(Arrays.copyOfRange(expected.data(), from, from + size));
            int[] second = decisions.apply(Arrays.copyOfRange(actual.data(), from, from + size));
            answers += Math.max(1, first.length);
            flips += first.length > 0 ? (int) IntStream.range(0, first.length).filter(i -> first[i] != second[i]).count() : greatest <= NEAR ? 0 : 1;
        }
        // NaN sorts last: one of them is enough to be seen in the maximum
        Arrays.sort(differences);
        int middle = differences.length / 2;
        double median = differences.length % 2 == 1 ? differences[middle] : (differences[middle - 1] + differences[middle]) / 2;
        return new Parity(answers, differences[differences.length - 1], median, flips);
    }

    private static void requireAlike(Tensor expected, Tensor actual) {
        if (!Arrays.equals(expected.shape(), actual.shape())) {
            throw new IllegalArgumentException("Outputs of shape " + Arrays.toString(actual.shape()) + " cannot be compared with "
                    + Arrays.toString(expected.shape()));
        }
        if (expected.data().length == 0) {
            throw new IllegalArgumentException("There are no images to compare");
        }
    }

    /** The answers of two outputs together, and the greater of each difference. */
    private Parity and(Parity other) {
        return new Parity(answers + other.answers, Math.max(maxAbsDiff, other.maxAbsDiff), Math.max(medianAbsDiff, other.medianAbsDiff), flips + other.flips);
    }

    /** Share of the answers that are the same. */
    public double agreement() {
        return 1 - (double) flips / answers;
    }

    /** The greater of each difference. */
    public Parity worst(Parity other) {
        return new Parity(Math.min(answers, other.answers), Math.max(maxAbsDiff, other.maxAbsDiff),
                Math.max(medianAbsDiff, other.medianAbsDiff), Math.max(flips, other.flips));
    }

    /** In words. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%d of %d answers differ, outputs by %.2g at most, by %.2g in the median", flips, answers, maxAbsDiff,
                medianAbsDiff);
    }

    /** The index of the greatest value, the first one of equals. */
    private static int top(float[] row) {
        int top = 0;
        for (int i = 1; i < row.length; i++) {
            top = row[i] > row[top] ? i : top;
        }
        return top;
    }
}
