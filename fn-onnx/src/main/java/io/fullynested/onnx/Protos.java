package io.fullynested.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** The parts of an ONNX file that need a line or two each. */
final class Protos {

    /** Stands for the batch dimension in a list of extents. */
    static final long BATCH = -1;
    private static final ByteString ZEROS = ByteString.copyFrom(new byte[1 << 20]);

    private Protos() {
    }

    static TensorProto floats(long[] dims, float... values) {
        ByteBuffer raw = bytes(values.length * Float.BYTES);
        raw.asFloatBuffer().put(values);
        return tensor(DataType.FLOAT, dims, raw);
    }

    /** @throws IllegalArgumentException if a number is greater than the type holds */
    static TensorProto halves(long[] dims, float... values) {
        ByteBuffer raw = bytes(values.length * Short.BYTES);
        for (float value : values) {
            if (!(Math.abs(value) <= Half.MAX)) {
                throw new IllegalArgumentException(value + " is beyond float16, whose greatest number is " + Half.MAX + ". Maybe float32?");
            }
            raw.putShort(Half.bits(value));
        }
        return tensor(DataType.FLOAT16, dims, raw.flip());
    }

    /** Two codes of −8..7 a byte, the first one in the lower half. */
    static TensorProto int4(long[] dims, byte... values) {
        byte[] pairs = new byte[(values.length + 1) / 2];
        for (int i = 0; i < values.length; i++) {
            pairs[i / 2] |= (byte) ((values[i] & 15) << 4 * (i % 2));
        }
        return tensor(DataType.INT4, dims, ByteBuffer.wrap(pairs));
    }

    static TensorProto int8(long[] dims, byte... values) {
        return tensor(DataType.INT8, dims, ByteBuffer.wrap(values));
    }

    static TensorProto uint8(int value) {
        return uint8(new long[0], (byte) value);
    }

    static TensorProto uint8(long[] dims, byte... values) {
        return tensor(DataType.UINT8, dims, ByteBuffer.wrap(values));
    }

    static TensorProto int32(int... values) {
        ByteBuffer raw = bytes(values.length * Integer.BYTES);
        raw.asIntBuffer().put(values);
        return tensor(DataType.INT32, new long[] {values.length}, raw);
    }

    static TensorProto int64(long... values) {
        ByteBuffer raw = bytes(values.length * Long.BYTES);
        raw.asLongBuffer().put(values);
        return tensor(DataType.INT64, new long[] {values.length}, raw);
    }

    /** A tensor of a type and shape, all its numbers zero; it takes little time and room however large it is. */
    static TensorProto zeros(DataType type, long... dims) {
        int size = Math.toIntExact(size(type, Arrays.stream(dims).reduce(1, Math::multiplyExact)));
        ByteString zeros = ZEROS;
        while (zeros.size() < size) {
            // of the same bytes again and again
            zeros = zeros.concat(zeros.substring(0, Math.min(zeros.size(), size - zeros.size())));
        }
        return described(type, dims).setRawData(zeros.substring(0, size)).build();
    }

    /** How many bytes numbers of a type take. */
    static long size(DataType type, long elements) {
        long bits = switch (type) {
            case INT4 -> 4;
            case INT8, UINT8 -> 8;
            case FLOAT16 -> 16;
            case FLOAT, INT32 -> 32;
            default -> 64;
        };
        return (elements * bits + 7) / 8;
    }

    private static ByteBuffer bytes(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static TensorProto tensor(DataType type, long[] dims, ByteBuffer raw) {
        return described(type, dims).setRawData(ByteString.copyFrom(raw)).build();
    }

    private static TensorProto.Builder described(DataType type, long[] dims) {
        TensorProto.Builder tensor = TensorProto.newBuilder().setDataType(type.getNumber());
        for (long dim : dims) {
            tensor.addDims(dim);
        }
        return tensor;
    }

    static AttributeProto attribute(String name, long value) {
        return AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INT).setI(value).build();
    }

    static AttributeProto attribute(String name, TensorProto value) {
        return AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.TENSOR).setT(value).build();
    }

    static AttributeProto attribute(String name, float value) {
        return AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.FLOAT).setF(value).build();
    }

    static AttributeProto attribute(String name, String value) {
        return AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.STRING).setS(ByteString.copyFromUtf8(value))
                .build();
    }

    static AttributeProto attribute(String name, long... values) {
        AttributeProto.Builder attribute = AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
        for (long value : values) {
            attribute.addInts(value);
        }
        return attribute.build();
    }

    /** Within a function, the attribute of that name of whoever calls it. */
    static AttributeProto reference(String name, String of, AttributeProto.AttributeType type) {
        return AttributeProto.newBuilder().setName(name).setRefAttrName(of).setType(type).build();
    }

    static ValueInfoProto valueInfo(String name, DataType type, long... dims) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (long dim : dims) {
            if (dim == BATCH) {
                shape.addDimBuilder().setDimParam("N");
            } else {
                shape.addDimBuilder().setDimValue(dim);
            }
        }
        TypeProto.Builder described = TypeProto.newBuilder();
        described.getTensorTypeBuilder().setElemType(type.getNumber()).setShape(shape);
        return ValueInfoProto.newBuilder().setName(name).setType(described).build();
    }
}
