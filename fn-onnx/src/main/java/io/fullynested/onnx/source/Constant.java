package io.fullynested.onnx.source;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.fullynested.core.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;

/**
 * Numbers that stand in an ONNX file.
 *
 * @param dims   its extents
 * @param values as float32, which holds all indices below 2²⁴ exactly; greater ones only say "to the end"
 */
record Constant(int[] dims, float[] values) {

    /**
     * Reads an initialiser.
     *
     * @throws IOException if it says more than there is, or is of a type that is not numbers; the message begins with its name
     */
    static Constant read(TensorProto tensor) throws IOException {
        int[] dims = tensor.getDimsList().stream().mapToInt(Math::toIntExact).toArray();
        double count = Arrays.stream(dims).asDoubleStream().reduce(1, (a, b) -> a * b);
        // null of a number that no type has
        DataType type = Optional.ofNullable(DataType.forNumber(tensor.getDataType())).orElse(DataType.UNDEFINED);
        int width = width(type);
        if (width == 0) {
            throw new IOException("'" + tensor.getName() + "' holds " + type + ", which is not read");
        }
        double there = tensor.hasRawData() ? (double) tensor.getRawData().size() / width : typed(tensor, type);
        if (count != there) {
            throw new IOException("'" + tensor.getName() + "' is of shape " + Arrays.toString(dims) + ", but there are " + there + " numbers");
        }
        float[] values = new float[(int) count];
        ByteBuffer raw = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        if (tensor.hasRawData() && type == DataType.FLOAT) {
            raw.asFloatBuffer().get(values);
            return new Constant(dims, values);
        }
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (tensor.hasRawData() ? number(raw, type, i) : number(tensor, type, i));
        }
        return new Constant(dims, values);
    }

    private static int width(DataType type) {
        return switch (type) {
            case FLOAT, INT32 -> 4;
            case DOUBLE, INT64 -> 8;
            case FLOAT16, BFLOAT16, INT16, UINT16 -> 2;
            case INT8, UINT8, BOOL -> 1;
            default -> 0;
        };
    }

    private static int typed(TensorProto tensor, DataType type) {
        return switch (type) {
            case FLOAT -> tensor.getFloatDataCount();
            case DOUBLE -> tensor.getDoubleDataCount();
            case INT64 -> tensor.getInt64DataCount();
            default -> tensor.getInt32DataCount();
        };
    }

    private static double number(TensorProto tensor, DataType type, int i) {
        return switch (type) {
            case FLOAT -> tensor.getFloatData(i);
            case DOUBLE -> tensor.getDoubleData(i);
            case INT64 -> tensor.getInt64Data(i);
            case FLOAT16 -> half((short) tensor.getInt32Data(i));
            case BFLOAT16 -> Float.intBitsToFloat(tensor.getInt32Data(i) << 16);
            default -> tensor.getInt32Data(i);
        };
    }

    private static double number(ByteBuffer bytes, DataType type, int i) {
        return switch (type) {
            case FLOAT -> bytes.getFloat(4 * i);
            case DOUBLE -> bytes.getDouble(8 * i);
            case INT64 -> bytes.getLong(8 * i);
            case INT32 -> bytes.getInt(4 * i);
            case FLOAT16 -> half(bytes.getShort(2 * i));
            case BFLOAT16 -> Float.intBitsToFloat(bytes.getShort(2 * i) << 16);
            case INT16 -> bytes.getShort(2 * i);
            case UINT16 -> bytes.getShort(2 * i) & 0xffff;
            case UINT8, BOOL -> bytes.get(i) & 255;
            default -> bytes.get(i);
        };
    }

    /** IEEE 754 binary16. */
    private static double half(short bits) {
        int exponent = bits >> 10 & 31;
        int fraction = bits & 1023;
        double size = exponent == 0 ? fraction * 0x1p-24 : exponent == 31 ? fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN
                : (1 + fraction * 0x1p-10) * Math.pow(2, exponent - 15);
        return bits < 0 ? -size : size;
    }

    /** Whether it is one number, of whatever rank. */
    boolean scalar() {
        return values.length == 1;
    }

    /** Whether all of it is zero. */
    boolean zero() {
        for (float value : values) {
            if (value != 0) {
                return false;
            }
        }
        return true;
    }

    /** As a tensor of a shape with as many elements. */
    Tensor tensor(int... shape) {
        return new Tensor(shape, values);
    }

    /** As a tensor. */
    Tensor tensor() {
        return tensor(dims);
    }

    /** As whole numbers. */
    int[] ints() {
        int[] ints = new int[values.length];
        Arrays.setAll(ints, i -> (int) values[i]);
        return ints;
    }
}
