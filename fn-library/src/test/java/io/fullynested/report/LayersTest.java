package io.fullynested.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.FullyNested;
import io.fullynested.Settings;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.nesting.SubmodelSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LayersTest {

    private static final Path QUICKSTART = Path.of("").toAbsolutePath().getParent().resolve("examples/quickstart.yaml");

    @Test
    void coverAllNodesAndCosts() throws IOException {
        try (FullyNested fn = FullyNested.open(QUICKSTART, Settings.standard())) {
            SubmodelSpec spec = fn.supernet().axes().complete(SubmodelSpec.parse("stage1.layers=1,weights.bits=4,activations.bits=4,stage2.unit1.paths=2"));
            Graph graph = fn.supernet().compile(spec);
            Map<String, Double> costs = fn.costs().costs(spec);
            Layers layers = Layers.of(graph, fn.costs().perNode(graph), costs);
            // what the file says of itself belongs to no layer
            costs.forEach((name, cost) -> assertThat(layers.all().values().stream().mapToDouble(layer -> layer.costs().get(name)).sum()).as(name)
                    .isBetween(cost * (1 - 1e-6) - (name.equals("size") ? 2048 : 0), cost * (1 + 1e-6)));
            Layer inner = layers.all().get("stage2/unit1/inner");
            assertThat(inner.what()).isEqualTo("3×3 convolution, 2 groups");
            assertThat(inner.shape()).hasToString("32×4×4");
            assertThat(inner.weightBits()).isEqualTo(4);
            assertThat(inner.signalBits()).isEqualTo(4);
            assertThat(inner.block() + ", " + inner.unit() + ", " + inner.label()).isEqualTo("stage2, unit1, inner");
            // the layer that is gone is skipped, and the sum takes both of its terms
            assertThat(layers.all()).doesNotContainKey("stage1/unit2/add");
            assertThat(layers.edges()).contains(new Layers.Edge("stage1/unit1/add", "stage2/unit1/open"),
                    new Layers.Edge("stage2/unit1/close", "stage2/unit1/add"), new Layers.Edge("stage2/unit1/shortcut", "stage2/unit1/add"));
        }
    }

    @Test
    void takeTheMostOfAPeak() throws IOException {
        try (FullyNested fn = FullyNested.open(QUICKSTART, Settings.standard())) {
            Graph graph = fn.supernet().compile(fn.supernet().axes().full());
            double[] inUse = new double[graph.nodes().size()];
            for (int i = 0; i < inUse.length; i++) {
                inUse[i] = i + 1;
            }
            Layers layers = Layers.of(graph, Map.of("peak", inUse), Map.of("peak", (double) inUse.length));
            assertThat(layers.all().get("input").costs().get("peak")).isEqualTo(3);
            assertThat(layers.all().get("classifier1/logits").costs().get("peak")).isEqualTo(inUse.length);
        }
    }
}
