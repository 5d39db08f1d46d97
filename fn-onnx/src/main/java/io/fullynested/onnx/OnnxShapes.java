package io.fullynested.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;

/** The shapes of the values of a file: those it tells, and for the rest what follows from the operators that this module writes. */
final class OnnxShapes {

    /** What gives as many numbers as it takes. */
    private static final Set<String> ALIKE = Set.of("BatchNormalization", "BitShift", "Cast", "Clip", "DequantizeLinear", "Erf", "HardSigmoid", "HardSwish", "Identity",
            "LayerNormalization", "QuantizeLinear", "Relu", "Sigmoid", "Softmax", "Tanh", LayerFunctions.LAYER, LayerFunctions.WEIGHT, Int4Codes.FUNCTION, "ReadInt4",
            QuantNodes.OPERATOR);

    private final Map<String, long[]> shapes = new HashMap<>();
    private final Map<String, TensorProto> constants = new HashMap<>();

    private OnnxShapes() {
    }

    /** By the name of the value, {@link Protos#BATCH} for a free dimension; what cannot be told is left out. */
    static Map<String, long[]> of(GraphProto graph) {
        OnnxShapes found = new OnnxShapes();
        for (TensorProto tensor : graph.getInitializerList()) {
            found.constants.put(tensor.getName(), tensor);
            found.shapes.put(tensor.getName(), tensor.getDimsList().stream().mapToLong(Long::longValue).toArray());
        }
        for (List<ValueInfoProto> infos : List.of(graph.getInputList(), graph.getValueInfoList(), graph.getOutputList())) {
            for (ValueInfoProto info : infos) {
                if (info.getType().getTensorType().hasShape()) {
                    found.shapes.put(info.getName(), info.getType().getTensorType().getShape().getDimList().stream()
                            .mapToLong(OnnxShapes::extent).toArray());
                }
            }
        }
        graph.getNodeList().forEach(found::infer);
        return found.shapes;
    }

    private static long extent(TensorShapeProto.Dimension dimension) {
        return dimension.hasDimValue() ? dimension.getDimValue() : Protos.BATCH;
    }

    private void infer(NodeProto node) {
        if (shapes.keySet().containsAll(node.getOutputList()) || node.getInputList().stream().anyMatch(input -> !input.isEmpty() && !shapes.containsKey(input))) {
            return;
        }
        try {
            if (node.getOpType().equals(LayerFunctions.LAYER)) {
                shapes.put(node.getOutput(1), shape(node, 2));
            }
            shapes.put(node.getOutput(0), result(node));
        } catch (IndexOutOfBoundsException | IllegalArgumentException | ArithmeticException e) {
            // whoever asks for the shape of what is not as it should be is told that there is none
            shapes.keySet().removeAll(node.getOutputList());
        }
    }

    private long[] result(NodeProto node) {
        long[] x = shape(node, 0);
        return switch (node.getOpType()) {
            case "Conv" -> slid(node, x, shape(node, 1)[0], Arrays.copyOfRange(shape(node, 1), 2, 4));
            case "MaxPool", "AveragePool" -> slid(node, x, x[1], ints(node, "kernel_shape"));
            case "GlobalAveragePool" -> new long[] {x[0], x[1], 1, 1};
            case "Flatten" -> new long[] {x[0], elements(Arrays.copyOfRange(x, 1, x.length))};
            case "Gemm" -> new long[] {x[0], shape(node, 1)[0]};
            case "Add", "Sub", "Mul", "Div" -> broadcast(x, shape(node, 1));
            case "Concat" -> with(x, 1, node.getInputList().stream().mapToLong(input -> shapes.get(input)[1]).sum());
            case "Gather" -> with(x, 1, elements(shape(node, 1)));
            case "Slice" -> with(x, (int) numbers(node, 3)[0], numbers(node, 2)[0] - numbers(node, 1)[0]);
            case "MatMul" -> with(x, x.length - 1, shape(node, 1)[x.length - 1]);
            case "Pad" -> padded(x, numbers(node, 1));
            case "Unsqueeze" -> Arrays.copyOf(LongStream.concat(Arrays.stream(x), LongStream.of(1, 1)).toArray(), x.length + numbers(node, 1).length);
            case "Transpose" -> Arrays.stream(ints(node, "perm")).map(from -> x[(int) from]).toArray();
            case "Resize" -> scaled(x, constants.get(node.getInput(2)));
            case "Reshape" -> reshaped(x, numbers(node, 1));
            case PackedCodes.FUNCTION, WideGroups.FUNCTION -> ints(node, PackedCodes.SHAPE);
            // as earlier versions wrote them
            case "UnpackBits" -> numbers(node, 4);
            case "WidenGroups" -> numbers(node, 3);
            default -> {
                if (!ALIKE.contains(node.getOpType())) {
                    throw new IllegalArgumentException("It is not known what " + node.getOpType() + " does to a shape");
                }
                yield x;
            }
        };
    }

    private static long[] slid(NodeProto node, long[] x, long channels, long[] kernel) {
        long[] strides = ints(node, "strides", 1, 1);
        long[] dilations = ints(node, "dilations", 1, 1);
        long[] pads = ints(node, "pads", 0, 0, 0, 0);
        long[] result = {x[0], channels, 0, 0};
        for (int d = 0; d < 2; d++) {
            result[2 + d] = (x[2 + d] + pads[d] + pads[2 + d] - dilations[d] * (kernel[d] - 1) - 1) / strides[d] + 1;
        }
        return result;
    }

    private static long[] padded(long[] x, long[] pads) {
        long[] result = x.clone();
        for (int i = 0; i < x.length; i++) {
            result[i] += pads[i] + pads[i + x.length];
        }
        return result;
    }

    private static long[] broadcast(long[] a, long[] b) {
        long[] longer = a.length >= b.length ? a.clone() : b.clone();
        long[] shorter = a.length >= b.length ? b : a;
        for (int i = 0; i < shorter.length; i++) {
            int at = longer.length - shorter.length + i;
            longer[at] = longer[at] == 1 ? shorter[i] : longer[at];
        }
        return longer;
    }

    private static long[] reshaped(long[] x, long[] wanted) {
        long[] result = wanted.clone();
        for (int i = 0; i < result.length; i++) {
            result[i] = result[i] == 0 ? x[i] : result[i];
        }
        return result;
    }

    private static long[] scaled(long[] x, TensorProto scales) {
        ByteBuffer factors = scales.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        return Arrays.stream(x).map(extent -> (long) (extent * factors.getFloat())).toArray();
    }

    private static long[] with(long[] x, int dimension, long extent) {
        long[] result = x.clone();
        result[dimension] = extent;
        return result;
    }

    private long[] shape(NodeProto node, int input) {
        return shapes.get(node.getInput(input));
    }

    /** The int64 numbers of a constant that a node takes. */
    private long[] numbers(NodeProto node, int input) {
        TensorProto tensor = constants.get(node.getInput(input));
        if (tensor == null || tensor.getDataType() != DataType.INT64_VALUE) {
            throw new IllegalArgumentException(node.getInput(input) + " is no constant of int64");
        }
        ByteBuffer raw = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        return LongStream.range(0, raw.remaining() / Long.BYTES).map(i -> raw.getLong()).toArray();
    }

    /** An attribute, or what it is where it is absent. */
    private static long[] ints(NodeProto node, String name, long... absent) {
        return node.getAttributeList().stream().filter(attribute -> attribute.getName().equals(name)).findFirst()
                .map(AttributeProto::getIntsList).map(ints -> ints.stream().mapToLong(Long::longValue).toArray()).orElse(absent);
    }

    static long elements(long[] shape) {
        return Arrays.stream(shape).reduce(1, Math::multiplyExact);
    }
}
