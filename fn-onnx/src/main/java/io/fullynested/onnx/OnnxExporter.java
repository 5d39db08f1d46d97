package io.fullynested.onnx;

import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import io.fullynested.core.model.Model;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * Writes a network as ONNX: input {@code input}, float32 {@code [N, C, H, W]} in 0..1, or what the network's inputs are; output {@code logits}, float32
 * {@code [N, classes]}, or what the task calls it, or each of several by its name and shape. The same network gives the same bytes.
 */
public final class OnnxExporter {

    private final Format format;
    private final OptionalInt opset;
    private final Names names;
    private final Optional<FrozenTail> tail;

    /** An exporter to one format, in the oldest version of ONNX that has what the network needs, with short names. */
    public OnnxExporter(Format format) {
        this(format, OptionalInt.empty());
    }

    /** An exporter to one format, in a version of ONNX of the caller's choice: 13..21; from 10 on, if no operator is newer. */
    public OnnxExporter(Format format, OptionalInt opset) {
        this(format, opset, Names.SHORT, Optional.empty());
    }

    private OnnxExporter(Format format, OptionalInt opset, Names names, Optional<FrozenTail> tail) {
        this.format = format;
        this.opset = opset;
        this.names = names;
        this.tail = tail;
    }

    /** The same, with other names. */
    public OnnxExporter named(Names other) {
        return new OnnxExporter(format, opset, other, tail);
    }

    /** The same, in a version of ONNX. */
    public OnnxExporter inOpset(int version) {
        return new OnnxExporter(format, OptionalInt.of(version), names, tail);
    }

    /** The same, for files that end in what was left as it is. */
    public OnnxExporter ending(Optional<FrozenTail> other) {
        return new OnnxExporter(format, opset, names, other);
    }

    /** The format that it writes. */
    public Format format() {
        return format;
    }

    /**
     * Exports a network, usually an extracted one, whose batch norms were folded.
     *
     * @param model      a graph and its numbers; for a format without codes its signals are clipped only
     * @param provenance where it comes from
     * @throws IllegalArgumentException if the format cannot hold it, or the version of ONNX lacks something; the message says what
     */
    public OnnxFile export(Model model, Provenance provenance) {
        return export(model, provenance, Optional.empty());
    }

    /**
     * The same, for a file that says as much of its origin as those of all submodels of a network.
     *
     * @param widest the most that one of them says
     */
    public OnnxFile export(Model model, Provenance provenance, Optional<Provenance> widest) {
        Lowered lowered = lower(model.graph(), Numbers.of(model.parameters()), provenance);
        List<Node> inputs = model.graph().inputs();
        Provenance told = provenance.executing(OnnxCosts.of(lowered.proto()).executed());
        ModelProto whole = tail.map(end -> end.behind(lowered.proto())).orElse(lowered.proto());
        ModelProto built = Claims.seal(whole, format, inputs, told, Claims.room(inputs, widest.orElse(told)));
        OnnxStructure.check(built);
        return new OnnxFile(built, lowered.notes());
    }

    /**
     * A network in ONNX, without metadata.
     *
     * @param notes what its user should know
     */
    record Lowered(ModelProto proto, OnnxShares shares, List<String> notes) {
    }

    /** In the layout that takes the least of those that the format has. */
    Lowered lower(Graph graph, Numbers numbers, Provenance provenance) {
        format.misfit(graph).ifPresent(reason -> {
            throw new IllegalArgumentException(format.id() + ": " + reason);
        });
        List<Lowered> ways = format.layouts(graph).stream().filter(layout -> layout != Layout.INT4 || format == Format.INT4 || Opset.hasInt4(opset))
                .map(layout -> lower(graph, numbers, layout, provenance)).toList();
        Lowered least = Collections.min(ways, Comparator.comparingInt(way -> way.proto().getSerializedSize()));
        // what kept the first one from being smaller is worth knowing
        return new Lowered(least.proto(), least.shares(), Stream.concat(ways.get(0).notes().stream(), least.notes().stream()).distinct().toList());
    }

    /** In a layout. */
    Lowered lower(Graph graph, Numbers numbers, Layout layout, Provenance provenance) {
        List<String> notes = new ArrayList<>();
        DataType real = format == Format.FLOAT16 ? DataType.FLOAT16 : DataType.FLOAT;
        OnnxGraph onnx = new OnnxGraph(provenance.spec(), provenance.outputs(graph), real, names, numbers.absent());
        Lowering lowering = new Lowering(graph, numbers, format, layout, onnx, opset, notes);
        GraphProto written = lowering.run();
        int version = Opset.choose(written, opset, format);
        ModelProto.Builder proto = ModelProto.newBuilder()
                .setIrVersion(Opset.irVersion(version))
                .setProducerName("Fully Nested")
                .setProducerVersion(provenance.version())
                .setDomain("io.fullynested")
                .setModelVersion(1)
                .setDocString(provenance.description(graph))
                .setGraph(written);
        proto.addOpsetImportBuilder().setVersion(version);
        if (!onnx.functions().isEmpty()) {
            onnx.functions().stream().map(FunctionProto::getDomain).distinct().sorted().forEach(domain ->
                    proto.addOpsetImportBuilder().setDomain(domain).setVersion(1));
            onnx.functions().forEach(function -> {
                var described = function.toBuilder();
                described.getOpsetImportBuilder(0).setVersion(version);
                proto.addFunctions(described);
            });
        }
        return new Lowered(proto.build(), lowering.shares(), notes);
    }
}
