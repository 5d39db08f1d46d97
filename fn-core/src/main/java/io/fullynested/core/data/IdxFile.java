package io.fullynested.core.data;

import io.fullynested.core.io.InputFile;
import io.fullynested.core.io.UnreadableException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * An IDX file of unsigned bytes, the format of MNIST (LeCun, Cortes and Burges): two zeros, the element type, the number of
 * dimensions, each dimension as a big-endian int, then the elements in row-major order.
 *
 * @param path  where it was read from
 * @param shape its dimensions
 * @param data  its elements
 */
record IdxFile(Path path, int[] shape, byte[] data) {

    private static final int UNSIGNED_BYTE = 8;

    /**
     * Reads a file, compressed with gzip or plain, whatever its name says.
     *
     * @param dimensions how many dimensions it must have
     * @throws UnreadableException if the file is missing, of another format, truncated or too long; the message names the file
     */
    static IdxFile read(Path path, int dimensions) throws UnreadableException {
        return InputFile.read(path, () -> {
            try (InputStream file = Files.newInputStream(path); BufferedInputStream in = new BufferedInputStream(file)) {
                return gzipped(in) ? unpacked(path, in, dimensions) : read(path, in, dimensions, Files.size(path));
            }
        });
    }

    private static boolean gzipped(BufferedInputStream in) throws IOException {
        in.mark(2);
        boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
        in.reset();
        return gzip;
    }

    private static IdxFile unpacked(Path path, InputStream in, int dimensions) throws IOException {
        try {
            return read(path, new GZIPInputStream(in, 1 << 16), dimensions, Long.MAX_VALUE);
        } catch (EOFException e) {
            throw new UnreadableException(path, "the gzip file is truncated. Maybe a download that broke off?", e);
        } catch (ZipException e) {
            throw new UnreadableException(path, "the gzip file is damaged: " + e.getMessage(), e);
        }
    }

    private static IdxFile read(Path path, InputStream in, int dimensions, long size) throws IOException {
        byte[] magic = in.readNBytes(4);
        byte[] expected = {0, 0, UNSIGNED_BYTE, (byte) dimensions};
        if (!Arrays.equals(magic, expected)) {
            throw new UnreadableException(path, "not an IDX file of unsigned bytes with " + dimensions + " dimensions; it should start with "
                    + hex(expected) + ", but starts with " + (magic.length == 0 ? "nothing: it is empty" : hex(magic)));
        }
        byte[] header = in.readNBytes(4 * dimensions);
        if (header.length < 4 * dimensions) {
            throw new UnreadableException(path, "truncated in its header, after " + (4 + header.length) + " of " + (4 + 4 * dimensions) + " bytes");
        }
        int[] shape = new int[dimensions];
        ByteBuffer.wrap(header).asIntBuffer().get(shape);
        if (Arrays.stream(shape).anyMatch(extent -> extent < 1)) {
            throw new UnreadableException(path, "impossible dimensions " + Arrays.toString(shape) + "; each must be at least 1");
        }
        return new IdxFile(path, shape, data(path, in, shape, size - 4L - 4L * dimensions));
    }

    private static byte[] data(Path path, InputStream in, int[] shape, long left) throws IOException {
        int expected = InputFile.bytes(path, 1, left, Arrays.stream(shape).asLongStream().toArray());
        byte[] elements = in.readNBytes(expected);
        if (elements.length < expected) {
            throw new UnreadableException(path, "truncated; its header announces " + expected + " bytes of data for " + Arrays.toString(shape)
                    + ", it holds " + elements.length);
        }
        if (in.read() >= 0) {
            throw new UnreadableException(path, "longer than the " + expected + " bytes of data that its header announces for "
                    + Arrays.toString(shape));
        }
        return elements;
    }

    private static String hex(byte[] bytes) {
        return HexFormat.ofDelimiter(" ").formatHex(bytes);
    }
}
