package io.fullynested.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fullynested.api.cost.CostModel;
import io.fullynested.api.cost.NodeCostModel;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import io.fullynested.api.nesting.SubmodelSpec;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What every {@link CostModel} promises, tried on random submodels of random networks. Extend it in the tests of a plugin. */
public abstract class CostModelContract {

    private static final int SEEDS = 40;

    /** The cost model under test. */
    protected abstract CostModel model();

    /** Its unit has a name. */
    @Test
    public final void hasAUnit() {
        assertThat(model().unit()).as("unit of %s", model()).isNotBlank();
    }

    /** It is a finite number, never below zero, for a node too. */
    @Test
    public final void isNeverNegative() {
        forAll(network -> {
            Graph graph = network.net().compile(network.selection());
            assertThat(model().cost(graph)).as("%s of %s", model(), network).isNotNegative().isFinite();
            if (model() instanceof NodeCostModel additive) {
                for (Node node : graph.nodes()) {
                    assertThat(additive.cost(graph, node)).as("%s of %s", additive, node).isNotNegative().isFinite();
                }
            }
        });
    }

    /** It never grows when an axis keeps less. */
    @Test
    public final void neverGrowsWhenLessIsKept() {
        forAll(network -> CostChecks.monotone(model(), network));
    }

    /** It depends on the network alone: the same one costs the same. */
    @Test
    public final void isTheSameForTheSameNetwork() {
        forAll(network -> {
            SubmodelSpec selection = network.selection();
            double cost = model().cost(network.net().compile(selection));
            assertThat(model().cost(network.net().compile(selection))).as("%s of %s, once more", model(), network).isEqualTo(cost);
        });
    }

    /** What is said to be a sum over nodes is one. */
    @Test
    public final void isTheSumOfItsNodes() {
        if (model() instanceof NodeCostModel additive) {
            forAll(network -> {
                Graph graph = network.net().compile(network.selection());
                double sum = graph.nodes().stream().mapToDouble(node -> additive.cost(graph, node)).sum();
                assertThat(additive.cost(graph)).as("%s of %s", additive, network).isCloseTo(sum, within(1e-9 * Math.abs(sum)));
            });
        }
    }

    private static void forAll(Consumer<RandomNetwork> check) {
        for (int seed = 1; seed <= SEEDS; seed++) {
            check.accept(RandomNetworks.of(seed));
        }
    }
}
