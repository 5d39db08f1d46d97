package io.fullynested.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import io.fullynested.core.model.Model;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a network as ONNX: input {@code input}, float32 {@code [N, C, H, W]} in 0..1; output {@code logits}, float32
 * {@code [N, classes]}. The nodes are named as those of the graph. The same network gives the same bytes.
 */
public final class OnnxExporter {

    /** ONNX 1.9 and before: DequantizeLinear per axis needs opset 13. */
    private static final int IR_VERSION = 7;
    private static final int OPSET = 13;
    private static final int OPSET_OF_HARD_SWISH = 14;

    private final Format format;

    /** An exporter to one format. */
    public OnnxExporter(Format format) {
        this.format = format;
    }

    /**
     * Exports a network, usually an extracted one, whose batch norms were folded.
     *
     * @param model      a graph and its numbers
     * @param provenance where it comes from
     * @throws IllegalArgumentException if the format cannot hold it; the message names the node
     */
    public OnnxFile export(Model model, Provenance provenance) {
        List<String> notes = new ArrayList<>();
        OnnxGraph onnx = new OnnxGraph(provenance.spec(), provenance.description());
        GraphProto graph = new Lowering(model, format, onnx, notes).run();
        boolean hardSwish = graph.getNodeList().stream().anyMatch(node -> node.getOpType().equals("HardSwish"));
        boolean functions = !onnx.functions().isEmpty();
        ModelProto.Builder proto = ModelProto.newBuilder()
                .setIrVersion(functions ? PackedCodes.IR_VERSION : IR_VERSION)
                .setProducerName("Fully Nested")
                .setProducerVersion(provenance.version())
                .setDomain("io.fullynested")
                .setModelVersion(1)
                .setDocString(provenance.description())
                .setGraph(graph);
        proto.addOpsetImportBuilder().setVersion(functions ? PackedCodes.OPSET : hardSwish ? OPSET_OF_HARD_SWISH : OPSET);
        if (functions) {
            proto.addOpsetImportBuilder().setDomain(PackedCodes.DOMAIN).setVersion(1);
            proto.addAllFunctions(onnx.functions());
        }
        proto.addMetadataPropsBuilder().setKey("fullynested.format").setValue(format.name());
        provenance.metadata().forEach((key, value) -> proto.addMetadataPropsBuilder().setKey(key).setValue(value));
        ModelProto built = proto.build();
        OnnxStructure.check(built);
        return new OnnxFile(built, notes);
    }
}
