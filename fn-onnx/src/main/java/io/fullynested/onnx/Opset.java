package io.fullynested.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.OptionalInt;

/** Versions of the ONNX standard. */
final class Opset {

    /** DequantizeLinear per axis. */
    private static final int LEAST = 13;
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
        int chosen = wished.orElse(least);
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

    /** The oldest version that has what a graph holds. */
    static int least(GraphProto graph) {
        int least = LEAST;
        for (NodeProto node : graph.getNodeList()) {
            least = Math.max(least, switch (node.getOpType()) {
                case "HardSwish" -> HARD_SWISH;
                case "LayerNormalization" -> LAYER_NORMALIZATION;
                default -> node.getDomain().isEmpty() ? LEAST : FUNCTIONS;
            });
        }
        for (TensorProto tensor : graph.getInitializerList()) {
            least = Math.max(least, tensor.getDataType() == DataType.INT4_VALUE ? INT4 : LEAST);
        }
        return least;
    }

    /** The version of the file's structure that came with a version of the operators. */
    static int irVersion(int opset) {
        return opset < 15 ? 7 : opset < 19 ? 8 : opset < 21 ? 9 : 10;
    }
}
