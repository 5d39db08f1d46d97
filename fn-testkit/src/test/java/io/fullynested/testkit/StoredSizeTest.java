package io.fullynested.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.GraphProto;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.model.GraphPasses;
import io.fullynested.core.model.IntegerBias;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.SubmodelExtractor;
import io.fullynested.hardware.FileSize;
import io.fullynested.hardware.Size;
import io.fullynested.onnx.Format;
import io.fullynested.onnx.OnnxExporter;
import io.fullynested.onnx.OnnxFile;
import io.fullynested.onnx.Provenance;
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

    private static final Provenance NOWHERE = new Provenance("", "", new SubmodelSpec(Map.of()), Map.of(), Map.of(), List.of());

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void sizeIsThatOfTheExportedNumbers(@ForAll @IntRange(min = 1, max = 60) int seed, @ForAll Format format) {
        RandomNetwork network = RandomNetworks.of(seed);
        Graph graph = network.net().compile(network.selection());
        Assume.that(format.misfit(graph).isEmpty());
        OnnxFile exported = export(network, graph, format);
        Assume.that(holdsCodesOnly(exported));
        GraphProto file = exported.proto().getGraph();
        double numbers = file.getInitializerList().stream().mapToInt(tensor -> tensor.getRawData().size()).sum();
        double size = new Size(Optional.of(name(format))).on(CostChecks.HOST).cost(graph);
        // scalars that layers share are not counted: zero points, shifts, axes, places of bits
        assertThat(size).as("%s as %s", network, format).isCloseTo(numbers, within(0.01 * numbers + SHARED));
    }

    private static final double SHARED = 256;

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void fileSizeIsThatOfTheFileButForItsOrigin(@ForAll @IntRange(min = 1, max = 20) int seed, @ForAll Format format) {
        RandomNetwork network = RandomNetworks.of(seed);
        Graph graph = network.net().compile(network.selection());
        Assume.that(format.misfit(graph).isEmpty());
        OnnxFile exported = export(network, graph, format);
        Assume.that(holdsCodesOnly(exported));
        double bytes = exported.bytes().length;
        assertThat(new FileSize(name(format)).on(CostChecks.HOST).cost(graph)).as("%s as %s", network, format)
                .isCloseTo(bytes, within(0.01 * bytes));
    }

    /** A tensor that training left without a code in some channel is written as int8, which its graph does not tell. */
    private static boolean holdsCodesOnly(OnnxFile file) {
        return file.notes().stream().noneMatch(note -> note.contains("stays int8"));
    }

    private static OnnxFile export(RandomNetwork network, Graph graph, Format format) {
        Graph exported = format.coded() ? graph : GraphPasses.clipped(graph);
        Model model = RandomNetwork.recalibrated(new Model(exported, network.masters()), network.images());
        return new OnnxExporter(format).export(IntegerBias.round(SubmodelExtractor.extract(model)), NOWHERE);
    }

    private static String name(Format format) {
        return format.id();
    }
}
