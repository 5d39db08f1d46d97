package io.fullynested.training;

import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.OrderedDropout;
import java.util.Arrays;

/** Every legal prefix is equally likely. */
public record Uniform() implements OrderedDropout {

    @Override
    public double[] probabilities(NestedAxis axis, double progress) {
        double[] probabilities = new double[axis.keeps().size()];
        Arrays.fill(probabilities, 1.0 / probabilities.length);
        return probabilities;
    }
}
