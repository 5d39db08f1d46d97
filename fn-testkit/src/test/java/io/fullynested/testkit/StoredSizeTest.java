package io.fullynested.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.cost.Host;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.quantize.MidRise;
import io.fullynested.hardware.CodeSize;
import io.fullynested.hardware.ExecutedMacs;
import io.fullynested.hardware.Size;
import io.fullynested.onnx.Format;
import io.fullynested.onnx.Names;
import io.fullynested.onnx.OnnxCosts;
import io.fullynested.onnx.OnnxExporter;
import io.fullynested.onnx.OnnxFile;
import io.fullynested.onnx.OnnxHost;
import io.fullynested.onnx.OnnxStopwatch;
import io.fullynested.onnx.Provenance;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** What a file is said to weigh, before it is written, is what it weighs. */
class StoredSizeTest {

    /** What a function and its constants may add where codes become narrower. */
    private static final double FUNCTIONS = 800;

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void sizeIsThatOfTheFileToTheByte(@ForAll @IntRange(min = 1, max = 40) int seed, @ForAll Format format, @ForAll Names names) {
        RandomNetwork network = RandomNetworks.of(seed);
        Graph graph = network.net().compile(network.selection());
        Assume.that(format.misfit(graph).isEmpty());
        Provenance widest = provenance(network.net().axes().full(), -0.123456);
        Host host = new OnnxHost(any -> format, new MidRise(2), names, () -> widest, new OnnxStopwatch());
        OnnxFile exported = network.export(graph, new OnnxExporter(format).named(names), provenance(network.selection(), 0.25), widest);
        // a tensor that training left without a code in some channel, or a bias beyond an int32, is written in another way, which its graph does not tell
        Assume.that(exported.notes().isEmpty());

        double[] shares = new Size().on(host).perNode(graph);
        double bytes = new Size().on(host).cost(graph);
        assertThat(bytes).as("%s as %s", network, format).isEqualTo(exported.bytes().length);
        assertThat(Arrays.stream(shares).sum()).isBetween(bytes / 4, bytes);
        double numbers = exported.proto().getGraph().getInitializerList().stream().mapToInt(tensor -> tensor.getRawData().size()).sum();
        if (format != Format.PACKED) {
            // constants that are the same for all models are none of its numbers
            assertThat(new CodeSize().on(host).cost(graph)).isBetween(0.8 * numbers - 200, numbers);
        }
        assertThat(new ExecutedMacs().on(host).cost(graph)).isEqualTo(OnnxCosts.of(exported.proto()).executed());
    }

    private static Provenance provenance(SubmodelSpec selection, double score) {
        return new Provenance("1", "net", selection, Map.of("macs", score < 0 ? 99_999_999.0 : 123.0), Map.of("test", score), List.of("a", "b"));
    }

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void aFileOfLessIsLargerByAFunctionAtMost(@ForAll @IntRange(min = 1, max = 60) int seed, @ForAll Format format) {
        RandomNetwork network = RandomNetworks.of(seed);
        SubmodelSpec selection = network.selection();
        var size = new Size(Optional.of(format.id())).on(CostChecks.HOST);
        double bytes = size.cost(network.net().compile(selection));
        for (NestedAxis axis : network.net().axes().axes()) {
            int below = axis.below(selection.keep(axis.id()));
            if (below > 0) {
                assertThat(size.cost(network.net().compile(selection.with(axis.id(), below)))).as("%s, %s, %s then keeping %d of %s", format, network, axis.id(), below, selection)
                        .isLessThanOrEqualTo(bytes + FUNCTIONS);
            }
        }
    }
}
