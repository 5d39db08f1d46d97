package io.fullynested.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.OptionalInt;
import java.util.Set;

/** Versions of the ONNX standard. */
final class Opset {

    /** The oldest version that is chosen if nobody wishes for one, as DequantizeLinear per axis came with it. */
    private static final int LEAST = 13;
    /** The oldest version that is tried: what reads no newer Clip, such as OpenCV 4.6, reads it. */
    private static final int OLDEST = 10;
    private static final int CLIP_INPUTS = 11;
    /** Operators that are written alike since {@link #OLDEST}. */
    private static final Set<String> OLD = Set.of("Add", "AveragePool", "BatchNormalization", "Cast", "Concat", "Conv", "Div", "Erf", "Flatten", "Gather",
            "GlobalAveragePool", "HardSigmoid", "MaxPool", "Mul", "Relu", "Reshape", "Sigmoid", "Slice", "Sub", "Tanh", "Transpose");
    private static final int HARD_SWISH = 14;
    private static final int FUNCTIONS = 15;
    private static final int LAYER_NORMALIZATION = 17;
    private static final int INT4 = 21;
    /** The newest one that was tried, and that the protobuf classes know. */
    private static final int GREATEST = 21;

    private Opset() {
    }

    /**
     * The version for a graph: the one wished for, or the oldest that will do.
     *
     * @throws IllegalArgumentException if the one wished for will not
     */
    static int choose(GraphProto graph, OptionalInt wished, Format format) {
        int least = least(graph);
        int chosen = wished.orElse(Math.max(LEAST, least));
        if (chosen < least || chosen > GREATEST) {
            throw new IllegalArgumentException("opset " + chosen + ": this network in " + format.id() + " needs opset " + least + (least < GREATEST ? ".." + GREATEST : "")
                    + ". Maybe " + Math.min(GREATEST, least) + ", or another format?");
        }
        return chosen;
    }

    /** Whether a file may have functions of its own; one may, if no version was wished for. */
    static boolean hasFunctions(OptionalInt wished) {
        return wished.orElse(FUNCTIONS) >= FUNCTIONS;
    }

    /** Whether a file may have int4 tensors; one may, if no version was wished for. */
    static boolean hasInt4(OptionalInt wished) {
        return wished.orElse(INT4) >= INT4;
    }

    /** Whether a Clip takes its bounds as inputs; it does, if no version was wished for. */
    static boolean clipsByInputs(OptionalInt wished) {
        return wished.orElse(CLIP_INPUTS) >= CLIP_INPUTS;
    }

    /** The oldest version that has what a graph holds. */
    static int least(GraphProto graph) {
        boolean old = graph.getNodeList().stream().allMatch(Opset::isOld);
        int least = old ? OLDEST : LEAST;
        for (NodeProto node : graph.getNodeList()) {
            least = Math.max(least, switch (node.getOpType()) {
                case "HardSwish" -> HARD_SWISH;
                case "LayerNormalization" -> LAYER_NORMALIZATION;
                default -> node.getDomain().isEmpty() ? OLDEST : FUNCTIONS;
            });
        }
        for (TensorProto tensor : graph.getInitializerList()) {
            least = Math.max(least, tensor.getDataType() == DataType.INT4_VALUE ? INT4 : OLDEST);
        }
        return least;
    }

    private static boolean isOld(NodeProto node) {
        return switch (node.getOpType()) {
            case "Clip" -> node.getInputCount() == 1;
            case "Gemm" -> node.getInputCount() == 3;
            default -> OLD.contains(node.getOpType());
        };
    }

    /** The version of the file's structure that came with a version of the operators. */
    static int irVersion(int opset) {
        return opset < 15 ? 7 : opset < 19 ? 8 : opset < 21 ? 9 : 10;
    }
}
