package io.fullynested.core.task;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/** How often each class was there, was taken for, and was both. */
final class Confusion {

    private final long[] actual;
    private final long[] taken;
    private final long[] right;
    private long all;

    Confusion(int classes) {
        this.actual = new long[classes];
        this.taken = new long[classes];
        this.right = new long[classes];
    }

    /** @param found what it was taken for; negative for nothing */
    void add(int label, int found) {
        all++;
        actual[label]++;
        if (found >= 0) {
            taken[found]++;
            right[found] += found == label ? 1 : 0;
        }
    }

    /** Share that was taken rightly. */
    double accuracy() {
        return (double) Arrays.stream(right).sum() / all;
    }

    /** Mean over the classes that were there of the share that was taken rightly. */
    double recall() {
        return mean(c -> (double) right[c] / actual[c], false);
    }

    /** Mean over the classes that were there or taken for of {@code 2 right / (actual + taken)}. */
    double f1() {
        return mean(c -> 2.0 * right[c] / (actual[c] + taken[c]), true);
    }

    /** Mean over the same classes of the intersection over the union, {@code right / (actual + taken − right)}. */
    double intersectionOverUnion() {
        return mean(c -> (double) right[c] / (actual[c] + taken[c] - right[c]), true);
    }

    private double mean(IntToDoubleFunction value, boolean takenToo) {
        return IntStream.range(0, actual.length).filter(c -> actual[c] > 0 || takenToo && taken[c] > 0).mapToDouble(value).average().orElse(0);
    }
}
