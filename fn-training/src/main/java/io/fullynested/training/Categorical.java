package io.fullynested.training;

import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.OrderedDropout;
import io.fullynested.api.plugin.Option;
import java.util.Arrays;
import java.util.List;

/** Explicit probabilities; only for axes with as many legal prefixes. */
public record Categorical(
        @Option("one number for each legal prefix, the shortest first; divided by their sum") List<Double> probabilities)
        implements OrderedDropout {

    /** @throws IllegalArgumentException if a number is negative, or their sum is not positive and finite */
    public Categorical {
        probabilities = List.copyOf(probabilities);
        double sum = probabilities.stream().mapToDouble(Double::doubleValue).sum();
        if (probabilities.stream().anyMatch(p -> !(p >= 0)) || !(sum > 0 && sum < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("probabilities must not be negative, and their sum must be above 0; found " + probabilities);
        }
    }

    /** @throws IllegalArgumentException if the axis has another number of legal prefixes */
    @Override
    public double[] probabilities(NestedAxis axis, double progress) {
        if (axis.keeps().size() != probabilities.size()) {
            throw new IllegalArgumentException("There are " + probabilities.size() + " probabilities for axis '" + axis.id() + "', which has "
                    + axis.keeps().size() + " legal prefixes: " + axis.keeps() + ". Maybe give categorical to one level only, "
                    + "in ordered-dropout-per-level?");
        }
        return normalized(probabilities.stream().mapToDouble(Double::doubleValue).toArray());
    }

    static double[] normalized(double[] weights) {
        double sum = Arrays.stream(weights).sum();
        return Arrays.stream(weights).map(weight -> weight / sum).toArray();
    }
}
