package io.fullynested.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.cost.CostModel;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.plugin.Factory;
import io.fullynested.api.plugin.FullyNestedPlugin;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** What every cost model promises, over random networks. */
class CostTest {

    private static final Map<String, CostModel> MODELS = models();

    @Test
    void findsTheCostModels() {
        assertThat(MODELS).containsKeys("macs", "params", "size", "bops");
    }

    /**
     * The bits of all signals are one number here: a layer that is dropped leaves those after it with the bits of its own input,
     * which may be more than it would have handed on, and bit operations grow by that.
     */
    @Property(generation = GenerationMode.EXHAUSTIVE)
    void costNeverGrowsWhenAKeepShrinks(@ForAll @IntRange(min = 1, max = 150) int seed) {
        RandomNetwork network = RandomNetworks.of(seed);
        SubmodelSpec selection = network.withSignalBits(network.selection(), 4);
        MODELS.forEach((name, model) -> {
            double cost = model.cost(network.net().compile(selection));
            assertThat(cost).as(name).isPositive().isFinite();
            for (NestedAxis axis : network.net().axes().axes()) {
                int below = axis.below(selection.keep(axis.id()));
                if (below > 0) {
                    double smaller = model.cost(network.net().compile(selection.with(axis.id(), below)));
                    assertThat(smaller).as("%s of %s at %s=%d, %s", name, selection, axis.id(), below, network).isBetween(0.0, cost);
                }
            }
        });
    }

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void theSmallestSubmodelCostsLess(@ForAll @IntRange(min = 1, max = 150) int seed) {
        RandomNetwork network = RandomNetworks.of(seed, RandomNetworks.Codes.WEIGHTS);
        Graph smallest = network.net().compile(network.net().axes().smallest());
        Graph full = network.net().compile(network.net().axes().full());
        MODELS.forEach((name, model) -> assertThat(model.cost(smallest)).as("%s of %s", name, network).isLessThan(model.cost(full)));
    }

    private static Map<String, CostModel> models() {
        Map<String, CostModel> models = new TreeMap<>();
        for (FullyNestedPlugin plugin : ServiceLoader.load(FullyNestedPlugin.class)) {
            plugin.costModels().stream().filter(factory -> factory.options() == Factory.None.class)
                    .forEach(factory -> models.put(factory.kind(), factory.create().apply(new Factory.None())));
        }
        return models;
    }
}
