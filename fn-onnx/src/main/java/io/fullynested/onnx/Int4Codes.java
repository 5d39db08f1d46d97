package io.fullynested.onnx;

import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;

/**
 * Weights as int4 codes. A code c reads as {@code 2 c + 1}, which at 4 bits int4 does not hold, so a function of standard operators, written
 * once, turns codes into int8 integers. onnxruntime folds it when it loads the file, and so computes in integers; a DequantizeLinear of
 * int4 it would compute in float with every run.
 */
final class Int4Codes {

    static final String FUNCTION = "ReadInt4";

    private Int4Codes() {
    }

    /** int4 codes → int8 integers; its opset is the file's. */
    static FunctionProto function() {
        FunctionProto.Builder function = FunctionProto.newBuilder().setName(FUNCTION).setDomain(PackedCodes.DOMAIN)
                .setDocString("Turns an int4 code c into the int8 integer 2 c + 1").addInput("codes").addOutput("integers");
        function.addOpsetImportBuilder();
        PackedCodes.constant(function, "two", Protos.floats(new long[0], 2));
        PackedCodes.constant(function, "one", Protos.floats(new long[0], 1));
        PackedCodes.cast(function, "numbers", "codes", DataType.FLOAT);
        PackedCodes.node(function, "Mul", "doubled", "numbers", "two");
        PackedCodes.node(function, "Add", "odd", "doubled", "one");
        PackedCodes.cast(function, "integers", "odd", DataType.INT8);
        return function.build();
    }
}
