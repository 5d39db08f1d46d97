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

/** The parts of an ONNX file that need a line or two each. */
final class Protos {

    /** Stands for the batch dimension in a list of extents. */
    static final long BATCH = -1;

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

    private static ByteBuffer bytes(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static TensorProto tensor(DataType type, long[] dims, ByteBuffer raw) {
        TensorProto.Builder tensor = TensorProto.newBuilder().setDataType(type.getNumber()).setRawData(ByteString.copyFrom(raw));
        for (long dim : dims) {
            tensor.addDims(dim);
        }
        return tensor.build();
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
