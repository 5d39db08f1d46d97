package io.fullynested.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.cost.CostModel;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.plugin.Factory;
import io.fullynested.api.plugin.FullyNestedPlugin;
import io.fullynested.hardware.CodeSize;
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
        assertThat(MODELS).containsKeys("macs", "params", "code-size", "bops", "peak-memory");
    }

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void costNeverGrowsWhenAKeepShrinks(@ForAll @IntRange(min = 1, max = 150) int seed) {
        MODELS.values().forEach(model -> CostChecks.monotone(model, RandomNetworks.of(seed)));
    }

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void theSmallestSubmodelCostsLess(@ForAll @IntRange(min = 1, max = 150) int seed) {
        RandomNetwork network = RandomNetworks.of(seed, RandomNetworks.Codes.WEIGHTS);
        Graph smallest = network.net().compile(network.net().axes().smallest());
        Graph full = network.net().compile(network.net().axes().full());
        MODELS.forEach((name, model) -> {
            // the peak may be where nothing is nested
            double less = name.equals("peak-memory") ? model.cost(full) : Math.nextDown(model.cost(full));
            assertThat(model.cost(smallest)).as("%s of %s", name, network).isLessThanOrEqualTo(less);
        });
    }

    private static Map<String, CostModel> models() {
        Map<String, CostModel> models = new TreeMap<>();
        for (FullyNestedPlugin plugin : ServiceLoader.load(FullyNestedPlugin.class)) {
            plugin.costModels().stream().filter(factory -> factory.options() == Factory.None.class)
                    .forEach(factory -> models.put(factory.kind(), factory.create().apply(new Factory.None())));
        }
        models.put("code-size", new CodeSize().on(CostChecks.HOST));
        return models;
    }
}
