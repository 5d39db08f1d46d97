package io.fullynested.search;

import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.SubmodelSpec;

/**
 * The last term of an axis taken away.
 *
 * @param axis   which axis
 * @param from   terms kept before
 * @param to     terms kept after, the legal prefix just below
 * @param left   the submodel that is left
 * @param saving by how much the excess over a budget shrinks, at least 0
 */
record Removal(NestedAxis axis, int from, int to, SubmodelSpec left, double saving) {

    /** What it costs of quality per unit of the budget saved; an improvement is free. */
    double price(double lost) {
        return saving > 0 ? Math.max(0, lost) / saving : Math.max(0, lost);
    }

    /** How much worse a submodel is than another; from one infinite badness to another is no improvement. */
    static double lost(double before, double after) {
        return after == Double.POSITIVE_INFINITY ? after : after - before;
    }

    /** As {@code stage1.layers 2 → 1}. */
    @Override
    public String toString() {
        return axis.id() + " " + from + " → " + to;
    }
}
