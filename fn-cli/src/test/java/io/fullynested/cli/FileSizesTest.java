package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.FullyNested;
import io.fullynested.Settings;
import io.fullynested.api.cost.Host;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.onnx.Format;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How large the files of the quickstart are; StoredSizeTest holds that files are as large as is told here. */
class FileSizesTest {

    private static final Path QUICKSTART = Path.of("../examples/quickstart.yaml");

    /** At 8, 4 and 2 bits, at most a tenth and 8 KiB beside codes, steps, biases and the like. */
    @ParameterizedTest
    @ValueSource(ints = {8, 4, 2})
    void thePackedNetworkIsLittleMoreThanItsNumbers(int bits) throws IOException {
        try (FullyNested fn = FullyNested.open(QUICKSTART, Settings.standard())) {
            Host host = fn.host();
            Graph graph = fn.supernet().compile(fn.supernet().axes().full().with("weights.bits", bits));
            double weights = graph.nodes().stream().flatMap(node -> node.weight().stream()).mapToInt(weight -> weight.slice().elements()).sum();
            double numbers = Arrays.stream(host.storedBytes(graph, Optional.of("packed"))).sum();
            // int8 codes are told without padding, so what is left of them are the others
            double others = Arrays.stream(host.storedBytes(fn.supernet().compile(fn.supernet().axes().full()), Optional.of("packed"))).sum() - weights;
            assertThat(numbers).isBetween(bits / 8.0 * weights + others, bits / 8.0 * weights + others + 100);
            double file = host.fileBytes(graph, Optional.of("packed"));
            assertThat(file).isLessThanOrEqualTo(1.1 * (bits / 8.0 * weights + others) + 8192);
            for (Format format : Format.fitting(graph)) {
                assertThat(file).as("%s", format).isLessThanOrEqualTo(host.fileBytes(graph, Optional.of(format.id())));
            }
        }
    }

    @Test
    void aSmallSubmodelHasLessThan12KiBBesideItsNumbers() throws IOException {
        try (FullyNested fn = FullyNested.open(QUICKSTART, Settings.standard())) {
            SubmodelSpec small = fn.supernet().axes().complete(SubmodelSpec.parse("stage1.channels=48,stage2.channels=64,weights.bits=8"));
            Graph graph = fn.supernet().compile(small);
            double numbers = Arrays.stream(fn.host().storedBytes(graph, Optional.of("packed"))).sum();
            assertThat(fn.costs().costs(small).get("size") - numbers).isBetween(1000.0, 12 * 1024.0);
        }
    }
}
