package io.fullynested.training;

import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.OrderedDropout;
import io.fullynested.api.plugin.Option;

/**
 * The whole and the smallest legal prefix more often than those between, which lie between the two in accuracy as well, and learn from
 * both (the reason for the sandwich rule, Yu and Huang, ICCV 2019; here without a pass for each in every step).
 *
 * @param whole    how likely the whole is drawn
 * @param smallest how likely the smallest; those between share what is left. Where none lies between, the two share all in this ratio
 */
public record Ends(
        @Option(value = "how likely the whole is drawn", byDefault = "0.4", min = 0, max = 1) double whole,
        @Option(value = "how likely the smallest prefix is drawn; those between share what is left", byDefault = "0.3", min = 0, max = 1)
        double smallest) implements OrderedDropout {

    /** @throws IllegalArgumentException if the two are above 1 together, or both 0 */
    public Ends {
        if (!(whole + smallest <= 1 && whole + smallest > 0)) {
            throw new IllegalArgumentException("whole and smallest must be above 0 and at most 1 together, found " + whole + " and " + smallest);
        }
    }

    @Override
    public double[] probabilities(NestedAxis axis, double progress) {
        double[] weights = new double[axis.keeps().size()];
        // 1 − 0.9 − 0.1 is below 0 in floating point
        double between = Math.max(0, 1 - whole - smallest);
        for (int i = 0; i < weights.length; i++) {
            weights[i] = i == weights.length - 1 ? whole : i == 0 ? smallest : between / (weights.length - 2);
        }
        return weights.length == 1 ? new double[] {1} : Categorical.normalized(weights);
    }
}
