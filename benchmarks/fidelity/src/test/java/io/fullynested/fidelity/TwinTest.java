package io.fullynested.fidelity;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.plugin.PluginRegistry;
import io.fullynested.core.spec.SpecReader;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.training.Trainer;
import io.fullynested.training.TrainingListener;
import io.fullynested.training.TrainingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TwinTest {

    private static final String NETWORK = """
            data: {kind: idx, path: ., train-limit: 256}
            network:
              input: {channels: 1, height: 28, width: 28}
              blocks:
                - {kind: conv, channels: %d, stride: 4}
                - {kind: residual-stage, channels: %d, layers: %d, paths: %d, width: %d, stride: 2}
                - {kind: global-average-pool}
                - {kind: dense, neurons: %d}
                - {kind: classifier, classes: 10}
              quantization: {weights: {bits: %d%s}, activations: {bits: %d%s}}
            """;

    /** Leaves nothing to choose. */
    private static final String CLOSED = "  nesting: {channels: {keeps: [1]}, neurons: {keeps: [1]}, paths: {keeps: [1]}, layers: {keeps: [1]}}\n";

    @Test
    void trainsLikeANetworkThatWasDescribedWithThoseSizes() throws IOException {
        try (PluginRegistry registry = PluginRegistry.load(List.of())) {
            SpecReader reader = new SpecReader(registry);
            Main.Description large = reader.read(NETWORK.formatted(8, 16, 2, 4, 4, 8, 8, "", 8, ""), "large", Main.Description.class).value();
            Main.Description small = reader.read(NETWORK.formatted(4, 8, 1, 3, 2, 6, 3, ", keeps: [3]", 4, ", keeps: [4]") + CLOSED, "small",
                    Main.Description.class).value();
            Dataset images = large.data().open(Path.of("../../examples/data/fashion-mnist")).train();
            Supernet supernet = new Supernet(large.network());
            SubmodelSpec selection = supernet.axes().complete(SubmodelSpec.parse("conv1.channels=4,stage1.channels=8,stage1.layers=1,"
                    + "stage1.unit1.paths=3,stage1.unit1.width=2,dense1.neurons=6,weights.bits=3,activations.bits=4"));

            Map<String, Tensor> twin = train(supernet.alone(selection), images);
            Supernet described = new Supernet(small.network());
            assertThat(described.axes().axes()).isEmpty();
            Map<String, Tensor> expected = train(described, images);

            assertThat(twin.keySet()).isEqualTo(expected.keySet());
            expected.forEach((name, tensor) -> {
                assertThat(twin.get(name).shape()).as(name).isEqualTo(tensor.shape());
                assertThat(twin.get(name).data()).as(name).usingComparatorWithPrecision(1e-5f).containsExactly(tensor.data());
            });
        }
    }

    private static Map<String, Tensor> train(Supernet net, Dataset images) {
        return Trainer.train(net, images, TrainingOptions.epochs(2), 7, 1, TrainingListener.NONE);
    }
}
