package io.fullynested.onnx;

import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.List;

/**
 * Weights as int4 codes. A code c reads as {@code 2 c + 1}, which at 4 bits int4 does not hold, so a function of standard operators, written
 * once, turns codes into int8 integers. onnxruntime folds it when it loads the file, and so computes in integers; a DequantizeLinear of
 * int4 it would compute in float with every run.
 */
final class Int4Codes {

    static final String FUNCTION = "Read4";

    private Int4Codes() {
    }

    /** int4 codes → int8 integers. */
    static FunctionProto function() {
        FunctionWriter f = new FunctionWriter(FUNCTION, "codes");
        String doubled = f.node("Mul", List.of(f.cast("codes", DataType.FLOAT), f.constant(Protos.floats(new long[0], 2))));
        return f.giving(f.cast(f.node("Add", List.of(doubled, f.constant(Protos.floats(new long[0], 1)))), DataType.INT8));
    }
}
