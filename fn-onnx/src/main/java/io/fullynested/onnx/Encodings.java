package io.fullynested.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.fullynested.core.io.AtomicFile;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A network of floats, and beside it how its tensors are to be quantised, as AIMET writes it (encodings of version 1.0.0) and Qualcomm's converters take it with
 * {@code --quantization_overrides}: code {@code q ≥ 0} stands for {@code scale · (q + offset)}.
 *
 * @param plain     the network
 * @param encodings JSON
 */
public record Encodings(OnnxFile plain, String encodings) {

    /** What Qualcomm's processors have of weights. */
    private static final List<Integer> WEIGHT_BITS = List.of(2, 4, Byte.SIZE);
    private static final int SIGNAL_CODES = 255;
    /** What is claimed of the bytes of a file. */
    private static final Set<String> OF_THE_FILE = Set.of(Claims.FORMAT, Claims.DIGEST, Claims.BYTES);

    /**
     * Of a file in {@link Format#QONNX}. Signals of fewer than 8 bits are told as 8 bits of the same range, which is what processors have.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static Encodings of(OnnxFile file) {
        GraphProto graph = file.proto().getGraph();
        Map<String, float[]> numbers = new HashMap<>();
        graph.getInitializerList().forEach(tensor -> numbers.put(tensor.getName(), numbers(tensor)));
        Set<String> outputs = graph.getOutputList().stream().map(output -> output.getName()).collect(Collectors.toSet());
        GraphProto.Builder plain = graph.toBuilder().clearNode().clearInitializer();
        Map<String, String> sources = new HashMap<>();
        List<String> signals = new ArrayList<>();
        List<String> weights = new ArrayList<>();
        for (NodeProto node : graph.getNodeList()) {
            NodeProto renamed = renamed(node, sources);
            if (!node.getOpType().equals(QuantNodes.OPERATOR)) {
                plain.addNode(renamed);
                continue;
            }
            String source = renamed.getInput(0);
            float[] steps = numbers.get(node.getInput(1));
            int bits = (int) numbers.get(node.getInput(3))[0];
            boolean signed = node.getAttributeList().stream().anyMatch(attribute -> attribute.getName().equals(QuantNodes.SIGNED) && attribute.getI() == 1);
            if (numbers.containsKey(source)) {
                weights.add(weights(source, numbers.get(source), steps));
            } else {
                signals.add(signal(source, bits, signed, steps[0]));
            }
            if (outputs.contains(node.getOutput(0))) {
                plain.addNode(renamed.toBuilder().setOpType("Identity").clearDomain().clearAttribute().clearInput().addInput(source));
            } else {
                sources.put(node.getOutput(0), source);
            }
        }
        if (weights.isEmpty() && signals.isEmpty()) {
            throw new IllegalArgumentException("nothing is quantised. Maybe float32?");
        }
        Set<String> used = new HashSet<>();
        plain.getNodeList().forEach(node -> used.addAll(node.getInputList()));
        graph.getInitializerList().stream().filter(tensor -> used.contains(tensor.getName())).forEach(plain::addInitializer);
        return new Encodings(new OnnxFile(without(file.proto(), plain), file.notes()), "{\n  \"version\": \"1.0.0\",\n  \"activation_encodings\": " + list(signals)
                + ",\n  \"param_encodings\": " + list(weights) + "\n}\n");
    }

    private static ModelProto without(ModelProto model, GraphProto.Builder graph) {
        ModelProto.Builder plain = model.toBuilder().setGraph(graph).clearFunctions().clearOpsetImport().clearMetadataProps();
        model.getOpsetImportList().stream().filter(set -> set.getDomain().isEmpty()).forEach(plain::addOpsetImport);
        model.getMetadataPropsList().stream().filter(entry -> !OF_THE_FILE.contains(entry.getKey())).forEach(plain::addMetadataProps);
        return plain.build();
    }

    private static NodeProto renamed(NodeProto node, Map<String, String> sources) {
        NodeProto.Builder renamed = node.toBuilder();
        for (int i = 0; i < node.getInputCount(); i++) {
            renamed.setInput(i, sources.getOrDefault(node.getInput(i), node.getInput(i)));
        }
        return renamed.build();
    }

    private static float[] numbers(TensorProto tensor) {
        FloatBuffer floats = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        float[] numbers = new float[floats.remaining()];
        floats.get(numbers);
        return numbers;
    }

    /** In the fewest bits that a processor has and that hold all of them. */
    private static String weights(String name, float[] values, float[] steps) {
        int row = values.length / steps.length;
        int greatest = IntStream.range(0, values.length).map(i -> Math.abs(Math.round(values[i] / steps[i / row]))).max().orElse(0);
        int bits = WEIGHT_BITS.stream().filter(width -> greatest < 1 << width - 1).findFirst().orElse(Byte.SIZE);
        return entry(name, "PER_CHANNEL", bits, true, steps, -(1 << bits - 1));
    }

    private static String signal(String name, int bits, boolean signed, float step) {
        float scale = signed ? step * (1 << bits - 1) / (1 << Byte.SIZE - 1) : step * ((1 << bits) - 1) / SIGNAL_CODES;
        return entry(name, "PER_TENSOR", Byte.SIZE, signed, new float[] {scale}, signed ? -(1 << Byte.SIZE - 1) : 0);
    }

    private static String entry(String name, String type, int bits, boolean symmetric, float[] scales, int offset) {
        String steps = IntStream.range(0, scales.length).mapToObj(i -> String.valueOf(scales[i])).collect(Collectors.joining(", ", "[", "]"));
        String offsets = IntStream.range(0, scales.length).mapToObj(i -> String.valueOf(offset)).collect(Collectors.joining(", ", "[", "]"));
        return "{\"name\": \"" + name.replace("\\", "\\\\").replace("\"", "\\\"") + "\", \"dtype\": \"INT\", \"enc_type\": \"" + type + "\", \"bw\": " + bits
                + ", \"is_sym\": " + symmetric + ", \"scale\": " + steps + ", \"offset\": " + offsets + "}";
    }

    private static String list(List<String> entries) {
        return entries.stream().collect(Collectors.joining(",\n    ", "[\n    ", "\n  ]"));
    }

    /** Writes the network, and beside it {@code NAME.encodings}, each as a whole or not at all, the encodings first. */
    public void write(Path file, Path beside) throws IOException {
        AtomicFile.writeText(beside, encodings);
        plain.write(file);
    }
}
