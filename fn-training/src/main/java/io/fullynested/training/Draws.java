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
    ONE_LEVEL
}
