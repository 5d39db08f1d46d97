package io.fullynested.onnx.bundle;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/** Collects bytes as {@link io.fullynested.bundle.BundleFormat} has them. */
final class ByteSink extends ByteArrayOutputStream {

    /** A varint. */
    ByteSink number(int number) {
        for (int rest = number; ; rest >>>= 7) {
            if (rest >>> 7 == 0) {
                write(rest);
                return this;
            }
            write(rest & 127 | 128);
        }
    }

    /** Four bytes, the highest first. */
    ByteSink int32(int number) {
        return bytes(ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
    }

    /** A step of a script. */
    ByteSink step(int count, int kind) {
        return number(Math.multiplyExact(count, 8) | kind);
    }

    ByteSink bytes(byte[] bytes) {
        writeBytes(bytes);
        return this;
    }

    /** Their length, then the bytes. */
    ByteSink counted(byte[] bytes) {
        return number(bytes.length).bytes(bytes);
    }

    ByteSink string(String text) {
        return counted(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A set of numbers below {@code size}. */
    ByteSink set(BitSet set, int size) {
        byte[] bytes = new byte[(size + 7) / 8];
        byte[] some = set.toByteArray();
        System.arraycopy(some, 0, bytes, 0, some.length);
        return bytes(bytes);
    }

    static byte[] deflate(byte[] bytes) {
        ByteSink out = new ByteSink();
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION);
        try (DeflaterOutputStream deflated = new DeflaterOutputStream(out, deflater)) {
            deflated.write(bytes);
        } catch (IOException e) {
            throw new IllegalStateException("Memory cannot fail to be written to", e);
        } finally {
            deflater.end();
        }
        return out.toByteArray();
    }
}
