package io.fullynested.core.data;

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
    private static final List<String> TYPES = List.of("b1", "u1", "i1", "u2", "i2", "u4", "i4", "i8", "u8", "f4", "f8");

    /** @throws IOException if the file is of another format, of a type that is not read, or truncated; the message names the file */
    static NpyFile read(Path path) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(path))) {
            byte[] start = in.readNBytes(8);
            if (start.length < 8 || !Arrays.equals(start, 0, 6, MAGIC, 0, 6)) {
                throw new IOException(path + ": not a NumPy array; it does not start with \\x93NUMPY. Maybe save it with numpy.save?");
            }
            int lengthBytes = start[6] == 1 ? 2 : 4;
            ByteBuffer length = ByteBuffer.wrap(Arrays.copyOf(in.readNBytes(lengthBytes), 4)).order(ByteOrder.LITTLE_ENDIAN);
            byte[] text = in.readNBytes(Math.min(length.getInt(), 1 << 20));
            Matcher header = HEADER.matcher(new String(text, StandardCharsets.UTF_8));
            if (!header.matches()) {
                throw new IOException(path + ": a header that is not read: '" + new String(text, StandardCharsets.UTF_8).strip() + "'. Maybe "
                        + "an array of records, or a truncated file?");
            }
            String type = header.group(2);
            if (!TYPES.contains(type)) {
                throw new IOException(path + ": its type is " + type + ". Maybe save it as uint8 or float32?");
            }
            if (header.group(3).equals("True")) {
                throw new IOException(path + ": its elements lie column by column. Maybe save numpy.ascontiguousarray of it?");
            }
            int[] shape = Pattern.compile("\\d+").matcher(header.group(4)).results().mapToInt(size -> Integer.parseInt(size.group())).toArray();
            byte[] data = data(path, in, shape, type.charAt(1) - '0');
            return new NpyFile(path, type, shape,
                    ByteBuffer.wrap(data).order(header.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN));
        }
    }

    private static byte[] data(Path path, InputStream in, int[] shape, int width) throws IOException {
        double expected = Arrays.stream(shape).asDoubleStream().reduce(width, (a, b) -> a * b);
        if (expected > Integer.MAX_VALUE - 8) {
            throw new IOException(path + ": an array of " + Arrays.toString(shape) + " is more than the 2 GiB that are held in memory");
        }
        byte[] data = in.readNBytes((int) expected);
        if (data.length < expected || in.read() >= 0) {
            throw new IOException(path + ": " + (data.length < expected ? "truncated; " : "too long; ") + "its header announces " + (int) expected
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
