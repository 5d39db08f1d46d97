package io.fullynested.onnx;

import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.fullynested.api.graph.Convolution;
import java.util.List;

/**
 * Narrow groups of a convolution as fewer wide ones. onnxruntime computes an integer convolution group by group, and one of a few channels
 * takes it several times as long as its multiplications would. So the file calls a function of standard operators, written once, that puts
 * the weights of neighbouring groups side by side, with zeros where a channel has nothing to do with the other; a runtime folds it
 * when it loads the file. What is stored, and what it means, is the same. {@code benchmarks/deployment} has the times.
 */
final class WideGroups {

    static final String FUNCTION = "WidenGroups";

    /** Input channels of a group up to which onnxruntime's products gain from more of them. */
    private static final int WIDEST = 32;

    private WideGroups() {
    }

    /** How many neighbours to put together: 1 for none, and for one channel a group, for which there are kernels of its own. */
    static int together(Convolution convolution) {
        int groups = convolution.groups();
        int width = convolution.weight().slice().shape()[1];
        int most = width == 1 ? 1 : WIDEST / width;
        for (int together = Math.min(groups, most); together > 1; together--) {
            if (groups % together == 0) {
                return together;
            }
        }
        return 1;
    }

    /** Which input channels each of some neighbours has: ones on the diagonal of {@code [together, 1, together, 1]}. */
    static TensorProto places(int together) {
        float[] places = new float[together * together];
        for (int i = 0; i < together; i++) {
            places[i * together + i] = 1;
        }
        return Protos.floats(new long[] {together, 1, together, 1}, places);
    }

    /** {@code [wide groups, together, output channels of a group, 1, weights of an output channel]}, in which a weight is seen first. */
    static TensorProto split(long[] shape, int groups, int together) {
        return Protos.int64(groups / together, together, shape[0] / groups, 1, shape[1] * shape[2] * shape[3]);
    }

    /** The shape of a weight once its groups are put together. */
    static long[] widened(long[] shape, int together) {
        return new long[] {shape[0], together * shape[1], shape[2], shape[3]};
    }

    /** Numbers beside the weights that a layer needs for it, in bytes, the first time and every time. */
    static int bytes(int together, boolean first) {
        return Long.BYTES * (5 + 4) + (first ? Float.BYTES * together * together : 0);
    }

    /** int8 integers, split, places, shape → int8 integers of that shape; its opset is the file's. */
    static FunctionProto function() {
        FunctionProto.Builder function = FunctionProto.newBuilder().setName(FUNCTION).setDomain(PackedCodes.DOMAIN)
                .setDocString("Puts the weights of neighbouring groups side by side, zeros between them")
                .addAllInput(List.of("integers", "split", "places", "shape")).addOutput("widened");
        function.addOpsetImportBuilder();
        PackedCodes.cast(function, "numbers", "integers", DataType.FLOAT);
        PackedCodes.node(function, "Reshape", "groups", "numbers", "split");
        PackedCodes.node(function, "Mul", "placed", "groups", "places");
        PackedCodes.node(function, "Reshape", "shaped", "placed", "shape");
        PackedCodes.cast(function, "widened", "shaped", DataType.INT8);
        return function.build();
    }
}
