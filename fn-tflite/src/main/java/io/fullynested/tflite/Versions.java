package io.fullynested.tflite;

import org.tensorflow.lite.schema.BuiltinOperator;

/**
 * The version of an operator that has what is used of it, as TensorFlow's {@code GetBuiltinOperatorVersion} in {@code op_version.cc} tells them. An
 * interpreter that knows no such version refuses a file.
 */
final class Versions {

    private Versions() {
    }

    /** Of a layer. */
    static int layer(int operator, Kind x, Kind weights, boolean grouped) {
        boolean wide = x == Kind.INT16;
        boolean narrow = weights == Kind.INT4;
        return switch (operator) {
            case BuiltinOperator.CONV_2D -> grouped ? 6 : narrow ? 7 : wide ? 4 : 3;
            case BuiltinOperator.DEPTHWISE_CONV_2D -> narrow ? 7 : wide ? 5 : 3;
            case BuiltinOperator.FULLY_CONNECTED -> narrow ? 10 : wide ? 7 : 4;
            default -> throw new IllegalArgumentException("Operator " + operator + " has no weights");
        };
    }

    /** Of another operator, by what it takes and gives. */
    static int of(int operator, Kind x, Kind y) {
        boolean wide = x == Kind.INT16;
        return switch (operator) {
            case BuiltinOperator.RESHAPE, BuiltinOperator.SUB, BuiltinOperator.DIV, BuiltinOperator.CAST -> 1;
            case BuiltinOperator.QUANTIZE -> y == Kind.INT16 ? 2 : 1;
            case BuiltinOperator.TRANSPOSE -> wide ? 5 : 2;
            case BuiltinOperator.MUL, BuiltinOperator.SLICE, BuiltinOperator.GATHER, BuiltinOperator.RESIZE_NEAREST_NEIGHBOR, BuiltinOperator.MAXIMUM,
                    BuiltinOperator.MINIMUM -> wide ? 4 : 2;
            case BuiltinOperator.DEQUANTIZE, BuiltinOperator.ADD, BuiltinOperator.MEAN, BuiltinOperator.CONCATENATION, BuiltinOperator.LOGISTIC,
                    BuiltinOperator.TANH, BuiltinOperator.MAX_POOL_2D, BuiltinOperator.PAD, BuiltinOperator.PADV2 -> wide ? 3 : 2;
            default -> throw new IllegalArgumentException("No version is known of operator " + operator);
        };
    }
}
