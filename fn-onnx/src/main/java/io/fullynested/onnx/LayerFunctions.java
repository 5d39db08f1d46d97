package io.fullynested.onnx;

import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.List;

/**
 * Functions that make the float32 weights of a layer, and its bias, of integers. Zero points are made of the steps, each layer's of its own:
 * onnxruntime cannot make weights uint8 that share one. The units of a bias are products, the same ones that training rounded in.
 */
final class LayerFunctions {

    static final String WEIGHT = "Weight";
    static final String LAYER = "Layer";

    private LayerFunctions() {
    }

    /** int8 integers, a step for each output channel → weights. */
    static FunctionProto weight() {
        FunctionWriter f = new FunctionWriter(WEIGHT, "integers", "steps");
        return f.giving(weights(f));
    }

    /** int8 integers, a step for each output channel, int32 bias, the step of what goes in → weights, bias. */
    static FunctionProto layer() {
        FunctionWriter f = new FunctionWriter(LAYER, "integers", "steps", "bias", "step");
        String units = f.node("Mul", List.of("steps", "step"));
        return f.giving(weights(f), f.node("DequantizeLinear", List.of("bias", units), Protos.attribute("axis", 0L)));
    }

    private static String weights(FunctionWriter f) {
        String zeros = f.cast(f.node("Sub", List.of("steps", "steps")), DataType.INT8);
        return f.node("DequantizeLinear", List.of("integers", "steps", zeros), Protos.attribute("axis", 0L));
    }
}
