package io.fullynested.onnx;

import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.List;

/**
 * Weights as bit planes: plane p holds the p-th leading bit of every code, eight weights a byte, the first of them in the highest bit.
 * So a weight takes as many bits in the file as it has, and fewer bits are fewer planes. A function of standard operators, written
 * once, turns planes into int8 codes; runtimes fold it when they load the file.
 */
final class PackedCodes {

    static final String DOMAIN = "io.fullynested";
    static final String FUNCTION = "UnpackBits";

    private PackedCodes() {
    }

    /** The planes of codes, {@code [bits, ⌈elements / 8⌉]}. */
    static TensorProto planes(int bits, byte[] codes) {
        int bytes = (codes.length + 7) / 8;
        byte[] planes = new byte[bits * bytes];
        for (int i = 0; i < codes.length; i++) {
            int code = codes[i] + (1 << bits - 1);
            for (int plane = 0; plane < bits; plane++) {
                int bit = code >> bits - 1 - plane & 1;
                planes[plane * bytes + i / 8] |= (byte) (bit << 7 - i % 8);
            }
        }
        return Protos.uint8(new long[] {bits, bytes}, planes);
    }

    /** What the bits of a code are worth in the integer that stands for it, the leading one first: {@code [1, bits]}. */
    static TensorProto places(int bits) {
        float[] places = new float[bits];
        for (int plane = 0; plane < bits; plane++) {
            places[plane] = 1 << (bits == 8 ? 7 - plane : bits - plane);
        }
        return Protos.floats(new long[] {1, bits}, places);
    }

    /** The integer that the code of zero bits stands for, a scalar. */
    static TensorProto least(int bits) {
        return Protos.floats(new long[0], bits == 8 ? -128 : 1 - (1 << bits));
    }

    /** Planes, places, least integer, number of elements {@code [1]}, shape → int8 integers of that shape; its opset is the file's. */
    static FunctionProto function() {
        FunctionProto.Builder function = FunctionProto.newBuilder().setName(FUNCTION).setDomain(DOMAIN)
                .setDocString("Turns bit planes [bits, bytes] into int8 codes of a shape")
                .addAllInput(List.of("planes", "places", "least", "elements", "shape")).addOutput("codes");
        function.addOpsetImportBuilder();
        constant(function, "shifts", Protos.uint8(new long[] {8}, (byte) 7, (byte) 6, (byte) 5, (byte) 4, (byte) 3, (byte) 2, (byte) 1, (byte) 0));
        constant(function, "two", Protos.uint8(2));
        constant(function, "third", Protos.int64(2));
        constant(function, "rows", Protos.int64(0, -1));
        constant(function, "start", Protos.int64(0));
        constant(function, "second", Protos.int64(1));
        node(function, "Unsqueeze", "bytes", "planes", "third");
        function.addNode(NodeProto.newBuilder().setOpType("BitShift").setName("shifted").addInput("bytes").addInput("shifts").addOutput("shifted")
                .addAttribute(Protos.attribute("direction", "RIGHT")));
        node(function, "Mod", "bits", "shifted", "two");
        cast(function, "numbers", "bits", DataType.FLOAT);
        node(function, "Reshape", "rowsOfBits", "numbers", "rows");
        node(function, "MatMul", "values", "places", "rowsOfBits");
        node(function, "Add", "integers", "values", "least");
        node(function, "Slice", "used", "integers", "start", "elements", "second");
        node(function, "Reshape", "shaped", "used", "shape");
        cast(function, "codes", "shaped", DataType.INT8);
        return function.build();
    }

    static void constant(FunctionProto.Builder function, String name, TensorProto tensor) {
        function.addNode(NodeProto.newBuilder().setOpType("Constant").setName(name).addOutput(name)
                .addAttribute(Protos.attribute("value", tensor)));
    }

    static void node(FunctionProto.Builder function, String operator, String name, String... inputs) {
        function.addNode(NodeProto.newBuilder().setOpType(operator).setName(name).addAllInput(List.of(inputs)).addOutput(name));
    }

    static void cast(FunctionProto.Builder function, String name, String input, DataType type) {
        function.addNode(NodeProto.newBuilder().setOpType("Cast").setName(name).addInput(input).addOutput(name)
                .addAttribute(Protos.attribute("to", (long) type.getNumber())));
    }
}
