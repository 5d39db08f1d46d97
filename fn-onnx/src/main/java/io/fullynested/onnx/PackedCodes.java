package io.fullynested.onnx;

import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.List;

/**
 * Weights of fewer than 8 bits as bit planes: plane p holds the p-th leading bit of every code, eight weights a byte, the first of them in the highest bit.
 * So a weight takes as many bits in the file as it has, and fewer bits are fewer planes. A function of standard operators, written
 * once, turns planes into int8 codes; runtimes fold it when they load the file.
 */
final class PackedCodes {

    static final String FUNCTION = "Unpack";
    static final String SHAPE = "shape";

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
            places[plane] = 1 << bits - plane;
        }
        return Protos.floats(new long[] {1, bits}, places);
    }

    /** The integer that the code of zero bits stands for, a scalar. */
    static TensorProto least(int bits) {
        return Protos.floats(new long[0], 1 - (1 << bits));
    }

    /** Planes, places, least integer → int8 integers of the shape that is the attribute {@code shape}. */
    static FunctionProto function() {
        FunctionWriter f = new FunctionWriter(FUNCTION, "planes", "places", "least");
        String shifts = f.constant(Protos.uint8(new long[] {8}, (byte) 7, (byte) 6, (byte) 5, (byte) 4, (byte) 3, (byte) 2, (byte) 1, (byte) 0));
        String bytes = f.node("Unsqueeze", List.of("planes", f.constant(Protos.int64(2))));
        String shifted = f.node("BitShift", List.of(bytes, shifts), Protos.attribute("direction", "RIGHT"));
        String bits = f.cast(f.node("Mod", List.of(shifted, f.constant(Protos.uint8(2)))), DataType.FLOAT);
        String rows = f.node("Reshape", List.of(bits, f.constant(Protos.int64(0, -1))));
        String integers = f.node("Add", List.of(f.node("MatMul", List.of("places", rows)), "least"));
        String shape = f.attribute(SHAPE);
        String first = f.constant(Protos.int64(0));
        String used = f.node("Slice", List.of(integers, first, f.node("ReduceProd", List.of(shape)), f.constant(Protos.int64(1))));
        return f.giving(f.cast(f.node("Reshape", List.of(used, shape)), DataType.INT8));
    }
}
