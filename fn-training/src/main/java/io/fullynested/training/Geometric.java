package io.fullynested.training;

import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.OrderedDropout;
import io.fullynested.api.plugin.Option;

/**
 * Every legal prefix is {@code ratio} times as likely as the next shorter one (Rippel et al., Learning ordered representations with
 * nested dropout, ICML 2014, with the ratio below 1).
 */
public record Geometric(
        @Option(value = "how likely a prefix is, relative to the next shorter one; above 1 the long ones are favoured", byDefault = "0.8",
                min = 0.01, max = 100) double ratio) implements OrderedDropout {

    @Override
    public double[] probabilities(NestedAxis axis, double progress) {
        double[] weights = new double[axis.keeps().size()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = Math.pow(ratio, i);
        }
        return Categorical.normalized(weights);
    }
}
