package io.fullynested.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.cost.CostModel;
import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.SubmodelSpec;

/** What is true of costs in a network. */
final class CostChecks {

    private CostChecks() {
    }

    /**
     * A cost is finite, not negative, and does not grow when an axis keeps less. The bits of all signals are one number here: a layer
     * that is dropped leaves those after it with the bits of its own input, which may be more than it would have handed on, and bit
     * operations grow by that.
     */
    static void monotone(CostModel model, RandomNetwork network) {
        SubmodelSpec selection = network.withSignalBits(network.selection(), 4);
        double cost = model.cost(network.net().compile(selection));
        assertThat(cost).as("%s of %s, %s", model, selection, network).isNotNegative().isFinite();
        for (NestedAxis axis : network.net().axes().axes()) {
            int below = axis.below(selection.keep(axis.id()));
            if (below > 0) {
                double smaller = model.cost(network.net().compile(selection.with(axis.id(), below)));
                assertThat(smaller).as("%s of %s, %s then keeping %d, %s", model, selection, axis.id(), below, network)
                        .isNotNegative().isLessThanOrEqualTo(cost * (1 + 1e-12));
            }
        }
    }
}
