package io.fullynested.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fullynested.api.cost.CostModel;
import io.fullynested.api.cost.Host;
import io.fullynested.api.cost.NodeCostModel;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.quantize.MidRise;
import io.fullynested.onnx.Format;
import io.fullynested.onnx.OnnxHost;
import java.util.Arrays;

/** What is true of costs in a network. */
final class CostChecks {

    /** What a cost model can ask in these tests. */
    static final Host HOST = new OnnxHost(graph -> Format.QDQ_INT8, new MidRise(2));

    private CostChecks() {
    }

    /** A cost is finite and not negative, and so is the share of each node, which is not above it. */
    static void neverNegative(CostModel model, RandomNetwork network) {
        Graph graph = network.net().compile(network.selection());
        double cost = model.cost(graph);
        assertThat(cost).as("%s of %s", model, network).isNotNegative().isFinite();
        double[] shares = model.perNode(graph);
        assertThat(shares.length).as("nodes that %s tells of", model).isIn(0, graph.nodes().size());
        for (int i = 0; i < shares.length; i++) {
            assertThat(shares[i]).as("%s of %s", model, graph.node(i)).isNotNegative().isFinite().isLessThanOrEqualTo(cost * (1 + 1e-9));
        }
    }

    /** The same network costs the same. */
    static void theSameAgain(CostModel model, RandomNetwork network) {
        SubmodelSpec selection = network.selection();
        double cost = model.cost(network.net().compile(selection));
        assertThat(model.cost(network.net().compile(selection))).as("%s of %s, once more", model, network).isEqualTo(cost);
    }

    /** What is said to be a sum over nodes is one. */
    static void sumOfNodes(CostModel model, RandomNetwork network) {
        if (model instanceof NodeCostModel additive) {
            Graph graph = network.net().compile(network.selection());
            double sum = Arrays.stream(additive.perNode(graph)).sum();
            assertThat(additive.cost(graph)).as("%s of %s", additive, network).isCloseTo(sum, within(1e-9 * Math.abs(sum)));
        }
    }

    /**
     * A cost that says so does not grow when an axis keeps less. The bits of all signals are one number here: a layer
     * that is dropped leaves those after it with the bits of its own input, which may be more than it would have handed on, and bit
     * operations grow by that.
     */
    static void monotone(CostModel model, RandomNetwork network) {
        SubmodelSpec selection = network.withSignalBits(network.selection(), 4);
        double cost = model.cost(network.net().compile(selection));
        assertThat(cost).as("%s of %s, %s", model, selection, network).isNotNegative().isFinite();
        for (NestedAxis axis : network.net().axes().axes()) {
            int below = axis.below(selection.keep(axis.id()));
            if (below > 0 && model.monotone()) {
                double smaller = model.cost(network.net().compile(selection.with(axis.id(), below)));
                assertThat(smaller).as("%s of %s, %s then keeping %d, %s", model, selection, axis.id(), below, network)
                        .isNotNegative().isLessThanOrEqualTo(cost * (1 + 1e-12) + model.slack());
            }
        }
    }
}
