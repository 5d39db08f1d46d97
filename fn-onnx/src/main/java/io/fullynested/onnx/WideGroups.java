package io.fullynested.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.fullynested.api.graph.Layer;
import java.util.List;

/**
 * Narrow groups of a convolution as fewer wide ones. onnxruntime computes an integer convolution group by group, and one of a few channels
 * takes it several times as long as its multiplications would. So the file calls a function of standard operators, written once, that puts
 * the weights of neighbouring groups side by side, with zeros where a channel has nothing to do with the other; a runtime folds it
 * when it loads the file. What is stored, and what it means, is the same. {@code benchmarks/deployment} has the times.
 */
final class WideGroups {

    static final String FUNCTION = "Widen";

    /** Input channels of a group up to which onnxruntime's products gain from more of them. */
    private static final int WIDEST = 32;

    private WideGroups() {
    }

    /** How many neighbours to put together: 1 for none, and for one channel a group, for which there are kernels of its own. */
    static int together(Layer layer) {
        int groups = layer.groups();
        int width = layer.weight().slice().shape()[1];
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
        byte[] places = new byte[together * together];
        for (int i = 0; i < together; i++) {
            places[i * together + i] = 1;
        }
        return Protos.int8(new long[] {together, 1, together, 1}, places);
    }

    /**
     * What the function is called with: the shape of the result, and {@code [wide groups, together, output channels of a group, 1, weights of an
     * output channel]}, in which a weight is seen first.
     */
    static AttributeProto[] attributes(long[] shape, int groups, int together) {
        return new AttributeProto[] {
                Protos.attribute("split", groups / together, together, shape[0] / groups, 1, shape[1] * shape[2] * shape[3]),
                Protos.attribute(PackedCodes.SHAPE, widened(shape, together))};
    }

    /** The shape of a weight once its groups are put together. */
    static long[] widened(long[] shape, int together) {
        return new long[] {shape[0], together * shape[1], shape[2], shape[3]};
    }

    /** int8 integers, places → int8 integers of the shape that is the attribute {@code shape}; the other one is {@code split}. */
    static FunctionProto function() {
        FunctionWriter f = new FunctionWriter(FUNCTION, "integers", "places");
        String groups = f.node("Reshape", List.of(f.cast("integers", DataType.FLOAT), f.attribute("split")));
        String placed = f.node("Mul", List.of(groups, f.cast("places", DataType.FLOAT)));
        return f.giving(f.cast(f.node("Reshape", List.of(placed, f.attribute(PackedCodes.SHAPE))), DataType.INT8));
    }
}
