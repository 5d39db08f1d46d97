package io.fullynested.tflite;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Numbers as the bytes of a buffer, the lowest first. */
final class Bytes {

    private Bytes() {
    }

    private static ByteBuffer room(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    static byte[] of(int... numbers) {
        ByteBuffer buffer = room(Integer.BYTES * numbers.length);
        buffer.asIntBuffer().put(numbers);
        return buffer.array();
    }

    static byte[] of(float... numbers) {
        ByteBuffer buffer = room(Float.BYTES * numbers.length);
        buffer.asFloatBuffer().put(numbers);
        return buffer.array();
    }

    static byte[] of(long... numbers) {
        ByteBuffer buffer = room(Long.BYTES * numbers.length);
        buffer.asLongBuffer().put(numbers);
        return buffer.array();
    }

    /** A code of a kind. */
    static byte[] code(Kind kind, int code) {
        return kind == Kind.INT8 ? new byte[] {(byte) code} : room(Short.BYTES).putShort((short) code).array();
    }

    /** Two a byte, the first one in the lower half. */
    static byte[] halves(byte[] codes) {
        byte[] packed = new byte[(codes.length + 1) / 2];
        for (int i = 0; i < codes.length; i++) {
            packed[i / 2] |= (byte) ((codes[i] & 15) << 4 * (i % 2));
        }
        return packed;
    }
}
