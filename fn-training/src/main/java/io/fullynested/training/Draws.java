package io.fullynested.training;

/** How the submodels of a step are chosen. */
public enum Draws {
    /** Each at random by ordered dropout (Cui et al., IJCAI 2020, section 4). */
    PLAIN,
    /** The full network, the smallest one, and the rest at random: the sandwich rule (Yu and Huang, US-Nets, ICCV 2019). */
    SANDWICH,
    /**
     * The full network, and others spread evenly down to the smallest, all axes at the same quantile: with as many of them as an axis has
     * keeps, every one of these in each step, as slimmable networks are trained (Yu et al., ICLR 2019, algorithm 1).
     */
    SWITCHES,
    /** Each opens one level chosen at random, whose axes are drawn by ordered dropout; the others are kept whole. */
    ONE_LEVEL,
    /**
     * Widths of half of an axis and less by ordered dropout, and now and then, as a {@link Guard} says, the full network; those above learn in its last
     * steps, with what half of all widths uses left as it is. The submodel of half of all widths costs about a quarter of the full network, so it learns
     * from four times the images.
     */
    HALVES,
    /**
     * All the same: first the smallest prefix of every axis, then one after the other the next ones up to the whole, each for an equal share
     * of the training and with a learning rate schedule of its own. What the one before uses stays as it was, so each adds masters of its own
     * to those before (NestedNet, Kim et al., CVPR 2018, with prefixes for masks). Bits, whose prefixes have no masters of their own, are
     * drawn by ordered dropout.
     */
    GROWING
}
