package io.fullynested.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.fullynested.core.model.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Writes a network as ONNX: input {@code input}, float32 {@code [N, C, H, W]} in 0..1, or what the network's inputs are; output {@code logits}, float32
 * {@code [N, classes]}, or what the task calls it, or each of several by its name and shape. The nodes are named as those of the graph. The same network gives the same bytes.
 */
public final class OnnxExporter {

    private final Format format;
    private final OptionalInt opset;

    /** An exporter to one format, in the oldest version of ONNX that has what the network needs. */
    public OnnxExporter(Format format) {
        this(format, OptionalInt.empty());
    }

    /** An exporter to one format, in a version of ONNX of the caller's choice: 13..21. */
    public OnnxExporter(Format format, OptionalInt opset) {
        this.format = format;
        this.opset = opset;
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
        format.misfit(model.graph()).ifPresent(reason -> {
            throw new IllegalArgumentException(format.id() + ": " + reason);
        });
        List<String> notes = new ArrayList<>();
        String description = provenance.description(model.graph());
        OnnxGraph onnx = new OnnxGraph(provenance.spec(), description, provenance.outputs(model.graph()), format == Format.FLOAT16 ? DataType.FLOAT16 : DataType.FLOAT);
        GraphProto graph = new Lowering(model, format, onnx, Opset.hasFunctions(opset), notes).run();
        int version = Opset.choose(graph, opset, format);
        ModelProto.Builder proto = ModelProto.newBuilder()
                .setIrVersion(Opset.irVersion(version))
                .setProducerName("Fully Nested")
                .setProducerVersion(provenance.version())
                .setDomain("io.fullynested")
                .setModelVersion(1)
                .setDocString(description)
                .setGraph(graph);
        proto.addOpsetImportBuilder().setVersion(version);
        if (!onnx.functions().isEmpty()) {
            proto.addOpsetImportBuilder().setDomain(PackedCodes.DOMAIN).setVersion(1);
            onnx.functions().forEach(function -> {
                var written = function.toBuilder();
                written.getOpsetImportBuilder(0).setVersion(version);
                proto.addFunctions(written);
            });
        }
        proto.addMetadataPropsBuilder().setKey(Claims.FORMAT).setValue(format.name());
        Provenance.ranges(model.graph().inputs()).forEach((key, value) -> proto.addMetadataPropsBuilder().setKey(key).setValue(value));
        provenance.metadata().forEach((key, value) -> proto.addMetadataPropsBuilder().setKey(key).setValue(value));
        ModelProto built = Claims.seal(proto.build());
        OnnxStructure.check(built);
        return new OnnxFile(built, notes);
    }
}
