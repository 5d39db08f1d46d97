package io.fullynested.tflite;

import org.tensorflow.lite.schema.TensorType;

/** Kinds of numbers of a tensor. */
enum Kind {
    FLOAT32(TensorType.FLOAT32), INT32(TensorType.INT32), UINT8(TensorType.UINT8), INT64(TensorType.INT64), INT16(TensorType.INT16), INT8(TensorType.INT8),
    /** Two numbers a byte, the first one in the lower half. */
    INT4(TensorType.INT4);

    private final byte code;

    Kind(byte code) {
        this.code = code;
    }

    /** As the schema numbers it. */
    byte code() {
        return code;
    }

    /** The least code. */
    int least() {
        return this == INT8 ? Byte.MIN_VALUE : Short.MIN_VALUE;
    }

    /** The greatest code. */
    int greatest() {
        return this == INT8 ? Byte.MAX_VALUE : Short.MAX_VALUE;
    }
}
