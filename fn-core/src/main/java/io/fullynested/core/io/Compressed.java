package io.fullynested.core.io;

import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** Bytes as DEFLATE packs them (RFC 1951). */
public final class Compressed {

    private Compressed() {
    }

    /** The same bytes for the same bytes, with one version of Java. */
    public static byte[] of(byte[] bytes) {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        try {
            deflater.setInput(bytes);
            deflater.finish();
            byte[] packed = new byte[1024];
            int length = 0;
            while (!deflater.finished()) {
                if (length == packed.length) {
                    packed = Arrays.copyOf(packed, 2 * length);
                }
                length += deflater.deflate(packed, length, packed.length - length);
            }
            return Arrays.copyOf(packed, length);
        } finally {
            deflater.end();
        }
    }

    /**
     * What {@link #of} packed.
     *
     * @param length how many bytes it was
     * @throws IllegalArgumentException if it is damaged, or of another length
     */
    public static byte[] expand(byte[] packed, int length) {
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(packed);
            byte[] bytes = new byte[length];
            int read = 0;
            int some;
            do {
                some = inflater.inflate(bytes, read, length - read);
                read += some;
            } while (some > 0 && read < length);
            if (read < length || inflater.inflate(new byte[1]) > 0) {
                throw new IllegalArgumentException("what was packed is damaged: not " + length + " bytes");
            }
            return bytes;
        } catch (DataFormatException e) {
            throw new IllegalArgumentException("what was packed is damaged: " + e.getMessage(), e);
        } finally {
            inflater.end();
        }
    }
}
