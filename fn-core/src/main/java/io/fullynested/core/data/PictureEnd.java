package io.fullynested.core.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** Whether a PNG or JPEG reaches to its end, without decoding it; of other formats nothing is said. */
final class PictureEnd {

    private static final long PNG = 0x89504e470d0a1a0aL;
    private static final int END_OF_PNG = 0x49454e44;
    private static final int JPEG = 0xffd8;
    private static final int TAIL = 1 << 12;

    private final FileChannel file;

    private final long from;
    private final long size;

    private PictureEnd(FileChannel file, long from, long size) {
        this.file = file;
        this.from = from;
        this.size = size;
    }

    /** @param size of the picture, or more if it ends with the file */
    static boolean isThere(Path path, long from, long size) throws IOException {
        try (FileChannel file = FileChannel.open(path)) {
            return new PictureEnd(file, from, Math.min(size, file.size() - from)).isThere();
        }
    }

    private boolean isThere() throws IOException {
        ByteBuffer magic = at(0, Long.BYTES);
        return magic.remaining() < Long.BYTES || (magic.getLong(0) == PNG ? png() : (magic.getShort(0) & 0xffff) != JPEG || jpeg());
    }

    /** From chunk to chunk: length, type, data, checksum. */
    private boolean png() throws IOException {
        for (long at = Long.BYTES; at < size;) {
            ByteBuffer chunk = at(at, 8);
            if (chunk.remaining() < 8 || chunk.getInt(4) == END_OF_PNG) {
                return at + 12 <= size;
            }
            at += 12 + Integer.toUnsignedLong(chunk.getInt(0));
        }
        return false;
    }

    /** A thumbnail before the picture has an end of its own, and cameras append films: most files end at once, in others all is looked through. */
    private boolean jpeg() throws IOException {
        long tail = Math.max(2, size - TAIL);
        long scan = scan();
        return scan >= 0 && (ends(Math.max(scan, tail)) || ends(scan));
    }

    /** Where the first scan starts, from segment to segment; negative if there is none. */
    private long scan() throws IOException {
        for (long at = 2; at < size;) {
            ByteBuffer segment = at(at, 4);
            if (segment.remaining() < 4 || segment.get(0) != (byte) 0xff) {
                return -1;
            }
            int marker = segment.get(1) & 255;
            if (marker == 0xda) {
                return at;
            }
            // fill bytes, and markers that stand alone
            at += marker == 0xff ? 1 : marker == 1 || marker >= 0xd0 && marker <= 0xd8 ? 2 : 2 + (segment.getShort(2) & 0xffff);
        }
        return -1;
    }

    private boolean ends(long from) throws IOException {
        boolean marker = false;
        for (long at = from; at < size; at += 1 << 16) {
            ByteBuffer bytes = at(at, 1 << 16);
            while (bytes.hasRemaining()) {
                byte next = bytes.get();
                if (marker && next == (byte) 0xd9) {
                    return true;
                }
                marker = next == (byte) 0xff;
            }
        }
        return false;
    }

    private ByteBuffer at(long position, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.max(0, Math.min(count, size - position)));
        while (bytes.hasRemaining() && file.read(bytes, from + position + bytes.position()) >= 0) {
            // goes on where the last read ended
        }
        return bytes.flip();
    }
}
