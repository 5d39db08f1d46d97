package io.fullynested.core.data;

import io.fullynested.core.io.InputFile;
import io.fullynested.core.io.UnreadableException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An array as {@code numpy.save} writes it (NumPy Enhancement Proposal 1): magic, version, length of the header, the header, which
 * is a literal of a Python dictionary, then the elements in row-major order.
 *
 * @param path  where it was read from
 * @param type  as NumPy names it without its byte order: {@code u1}, {@code f4}, …
 * @param shape its dimensions
 * @param data  its elements
 */
record NpyFile(Path path, String type, int[] shape, ByteBuffer data) {

    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final Pattern HEADER = Pattern.compile("\\s*\\{\\s*'descr':\\s*'([<>|=])(\\w+)',\\s*'fortran_order':\\s*(True|False),"
            + "\\s*'shape':\\s*\\(([\\d\\s,]*)\\),?\\s*}\\s*");
    private static final Pattern DIGITS = Pattern.compile("\\d+");
    /** As NumPy's own reader takes it. */
    private static final int LONGEST_HEADER = 10_000;
    private static final List<String> TYPES = List.of("b1", "u1", "i1", "u2", "i2", "u4", "i4", "i8", "u8", "f4", "f8");

    /**
     * Reads a file, also one within an .npz.
     *
     * @throws UnreadableException if it is of another format, of a type that is not read, or truncated; the message names the file
     */
    static NpyFile read(Path path) throws UnreadableException {
        return InputFile.read(path, () -> {
            try (InputStream in = new BufferedInputStream(Files.newInputStream(path))) {
                return read(path, in);
            }
        });
    }

    private static NpyFile read(Path path, InputStream in) throws IOException {
        byte[] start = in.readNBytes(8);
        if (start.length < 8 || !Arrays.equals(start, 0, 6, MAGIC, 0, 6)) {
            throw new UnreadableException(path, "not a NumPy array; it does not start with \\x93NUMPY. Maybe save it with numpy.save?");
        }
        int lengthBytes = start[6] == 1 ? 2 : 4;
        long length = ByteBuffer.wrap(Arrays.copyOf(in.readNBytes(lengthBytes), Long.BYTES)).order(ByteOrder.LITTLE_ENDIAN).getLong();
        String text = new String(in.readNBytes((int) Math.min(length, LONGEST_HEADER)), StandardCharsets.UTF_8);
        Matcher header = HEADER.matcher(text);
        if (!header.matches()) {
            throw new UnreadableException(path, "a header that is not read: '" + text.strip() + "'. Maybe an array of records, or a truncated file?");
        }
        String type = header.group(2);
        if (!TYPES.contains(type)) {
            throw new UnreadableException(path, "its type is " + type + (type.startsWith("U") || type.startsWith("S") || type.startsWith("O")
                    ? ", texts. Maybe numbers of classes: np.unique(y, return_inverse=True)[1], and 'classes' with their names?"
                    : ". Maybe save it as uint8 or float32?"));
        }
        if (header.group(3).equals("True")) {
            throw new UnreadableException(path, "its elements lie column by column. Maybe save numpy.ascontiguousarray of it?");
        }
        long[] extents = DIGITS.matcher(header.group(4)).results().mapToLong(size -> extent(size.group())).toArray();
        byte[] data = data(path, in, extents, type.charAt(1) - '0', Files.size(path) - 8 - lengthBytes - length);
        return new NpyFile(path, type, Arrays.stream(extents).mapToInt(Math::toIntExact).toArray(),
                ByteBuffer.wrap(data).order(header.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN));
    }

    /** More digits than a long has are as much too many. */
    private static long extent(String digits) {
        return digits.length() > 18 ? Long.MAX_VALUE : Long.parseLong(digits);
    }

    private static byte[] data(Path path, InputStream in, long[] shape, int width, long left) throws IOException {
        int expected = InputFile.bytes(path, width, left, shape);
        byte[] data = in.readNBytes(expected);
        if (data.length < expected || in.read() >= 0) {
            throw new UnreadableException(path, (data.length < expected ? "truncated; " : "too long; ") + "its header announces " + expected
                    + " bytes of data for " + Arrays.toString(shape) + ", it holds " + (data.length < expected ? String.valueOf(data.length) : "more"));
        }
        return data;
    }

    int elements() {
        return Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    }

    /** An element as the number that it stands for. */
    double number(int index) {
        return switch (type) {
            case "b1", "u1" -> Byte.toUnsignedInt(data.get(index));
            case "i1" -> data.get(index);
            case "u2" -> Short.toUnsignedInt(data.getShort(2 * index));
            case "i2" -> data.getShort(2 * index);
            case "u4" -> Integer.toUnsignedLong(data.getInt(4 * index));
            case "i4" -> data.getInt(4 * index);
            case "f4" -> data.getFloat(4 * index);
            case "f8" -> data.getDouble(8 * index);
            default -> data.getLong(8 * index);
        };
    }
}
