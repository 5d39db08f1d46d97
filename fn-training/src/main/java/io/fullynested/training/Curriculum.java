package io.fullynested.training;

import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.OrderedDropout;
import io.fullynested.api.plugin.Option;
import java.util.Arrays;

/**
 * Only the whole of an axis at first, then ever shorter prefixes too (progressive shrinking: Cai et al., Once-for-all, ICLR 2020,
 * section 3.3). Of k legal prefixes, the i longest are open from {@code start + (end − start) · (i − 1) / (k − 1)} on; among those
 * that are open, the distribution is that of {@code then}.
 */
public record Curriculum(
        @Option(value = "share of the training before shorter prefixes begin to open", byDefault = "0", min = 0, max = 1) double start,
        @Option(value = "share of the training after which all are open", byDefault = "0.5", min = 0, max = 1) double end,
        @Option(value = "the distribution among those that are open", byDefault = "uniform") OrderedDropout then) implements OrderedDropout {

    /** @throws IllegalArgumentException if it ends before it starts */
    public Curriculum {
        if (end < start) {
            throw new IllegalArgumentException("end " + end + " is before start " + start);
        }
    }

    @Override
    public double[] probabilities(NestedAxis axis, double progress) {
        return open(then.probabilities(axis, progress), progress >= end ? 1 : Math.max(0, (progress - start) / (end - start)));
    }

    /**
     * A distribution of the longest prefixes alone.
     *
     * @param all    of all prefixes, the shortest first
     * @param opened 0 for the whole alone, 1 for all
     */
    static double[] open(double[] all, double opened) {
        double[] some = all.clone();
        Arrays.fill(some, 0, (int) Math.ceil((some.length - 1) * (1 - opened)), 0);
        if (Arrays.stream(some).sum() <= 0) {
            // the open ones are those that it never draws
            some[some.length - 1] = 1;
        }
        return Categorical.normalized(some);
    }
}
