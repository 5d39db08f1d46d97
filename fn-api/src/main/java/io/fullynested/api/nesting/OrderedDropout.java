package io.fullynested.api.nesting;

/**
 * Ordered dropout of one axis: how likely each of its prefixes is to survive a training step. The last terms are dropped the
 * most often, so the first ones learn the most, and the terms end up ranked (Rippel et al., ICML 2014; Cui et al., 2020).
 */
@FunctionalInterface
public interface OrderedDropout {

    /**
     * The distribution over the legal prefixes of an axis.
     *
     * @param axis     the axis
     * @param progress share of the training already done, in [0, 1)
     * @return one probability for each of {@link NestedAxis#keeps()}, in their order; non-negative, their sum 1
     */
    double[] probabilities(NestedAxis axis, double progress);
}
