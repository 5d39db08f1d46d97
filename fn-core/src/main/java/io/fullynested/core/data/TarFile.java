package io.fullynested.core.data;

import io.fullynested.core.io.InputFile;
import io.fullynested.core.io.UnreadableException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The table of contents of an archive that is not compressed: ustar (POSIX.1-1988), with long names as GNU and as pax (POSIX.1-2001) write them.
 */
final class TarFile {

    private static final int BLOCK = 512;
    private static final short GZIP = 0x1f8b;
    private static final int CHECKSUM = 148;
    private static final int CHECKSUM_BYTES = 8;
    private static final int MOST_OF_A_NAME = 1 << 20;

    private final Path path;
    private final FileChannel file;

    /**
     * A file in it.
     *
     * @param name with / between folders, and none at the beginning
     * @param from where its bytes begin in the archive
     */
    record Entry(String name, long from, long size) {
    }

    private TarFile(Path path, FileChannel file) {
        this.path = path;
        this.file = file;
    }

    /**
     * The files in an archive, in the order in which they lie there.
     *
     * @throws UnreadableException if it is none, or cut short
     */
    static List<Entry> entries(Path path) throws UnreadableException {
        return InputFile.read(path, () -> {
            try (FileChannel file = FileChannel.open(path)) {
                return new TarFile(path, file).entries();
            }
        });
    }

    private List<Entry> entries() throws IOException {
        if (file.size() > 1 && ByteBuffer.wrap(bytes(0, 2)).getShort() == GZIP) {
            throw new UnreadableException(path, "a tar that is compressed, in which no image can be found without reading all before it. Maybe gunzip it?");
        }
        List<Entry> entries = new ArrayList<>();
        String longName = null;
        for (long at = 0; at < file.size();) {
            byte[] header = bytes(at, BLOCK);
            if (isEmpty(header)) {
                break;
            }
            requireHeader(header, at);
            long size = number(header, 124, 12);
            long from = at + BLOCK;
            char type = (char) header[156];
            if (size < 0 || size > file.size() - from) {
                throw new UnreadableException(path, "truncated; the entry at byte " + at + " announces " + size + " bytes, of which there are "
                        + (file.size() - from));
            }
            if (type == 'L') {
                longName = text(bytes(from, length(size)), 0, length(size));
            } else if (type == 'x') {
                longName = pax(new String(bytes(from, length(size)), StandardCharsets.UTF_8), longName);
            } else if (type != 'g') {
                if (type == '0' || type == 0) {
                    entries.add(new Entry((longName == null ? name(header) : longName).replaceFirst("^(\\./|/)+", ""), from, size));
                }
                longName = null;
            }
            at = from + (size + BLOCK - 1) / BLOCK * BLOCK;
        }
        return entries;
    }

    private void requireHeader(byte[] header, long at) throws UnreadableException {
        long sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += i >= CHECKSUM && i < CHECKSUM + CHECKSUM_BYTES ? ' ' : Byte.toUnsignedInt(header[i]);
        }
        if (!text(header, CHECKSUM, CHECKSUM_BYTES).strip().matches("[0-7]{1,7}") || sum != number(header, CHECKSUM, CHECKSUM_BYTES)) {
            throw new UnreadableException(path, "damaged, or no tar: there is no entry at byte " + at);
        }
    }

    private static int length(long size) throws IOException {
        if (size > MOST_OF_A_NAME) {
            throw new IOException("damaged: a name of " + size + " letters");
        }
        return (int) size;
    }

    private static boolean isEmpty(byte[] header) {
        for (byte one : header) {
            if (one != 0) {
                return false;
            }
        }
        return true;
    }

    /** In octal digits, or, with the first bit set, as a binary number of up to 63 bits (GNU). */
    private static long number(byte[] header, int from, int length) {
        long number = 0;
        if (header[from] < 0) {
            for (int i = from + length - Long.BYTES; i < from + length; i++) {
                number = number << Byte.SIZE | Byte.toUnsignedInt(header[i]);
            }
            return number;
        }
        String digits = text(header, from, length).strip();
        return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
    }

    private static String name(byte[] header) {
        String prefix = text(header, 257, 5).equals("ustar") && header[262] == 0 ? text(header, 345, 155) : "";
        return (prefix.isEmpty() ? "" : prefix + "/") + text(header, 0, 100);
    }

    /** Up to the first zero. */
    private static String text(byte[] bytes, int from, int length) {
        int end = from;
        while (end < from + length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, from, end - from, StandardCharsets.UTF_8);
    }

    /** The path among records such as {@code 27 path=a/long/name.png}, of which the number is the length. */
    private static String pax(String records, String otherwise) {
        return records.lines().filter(line -> line.matches("\\d+ path=.*")).map(line -> line.replaceFirst("\\d+ path=", "")).findFirst().orElse(otherwise);
    }

    private byte[] bytes(long at, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        while (bytes.hasRemaining()) {
            if (file.read(bytes, at + bytes.position()) < 0) {
                throw new EOFException();
            }
        }
        return bytes.array();
    }
}
