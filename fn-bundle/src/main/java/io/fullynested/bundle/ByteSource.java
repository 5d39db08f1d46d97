package io.fullynested.bundle;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** Where the bytes of a bundle are: a file, or a server that is asked for ranges. */
public interface ByteSource {

    /** What to call it in messages. */
    String name();

    /**
     * Reads some bytes.
     *
     * @throws IOException if they cannot be read, or there are fewer
     */
    byte[] read(long from, int count) throws IOException;

    /** A file, which is open only while it is read. */
    static ByteSource of(Path file) {
        return new ByteSource() {
            @Override
            public String name() {
                return file.toString();
            }

            @Override
            public byte[] read(long from, int count) throws IOException {
                try (FileChannel channel = FileChannel.open(file)) {
                    if (count < 0 || from + count > channel.size()) {
                        throw new EOFException(file + " was cut short: it ends at byte " + channel.size() + ", wanted are bytes " + from + " to "
                                + (from + count));
                    }
                    ByteBuffer bytes = ByteBuffer.allocate(count);
                    while (bytes.hasRemaining() && channel.read(bytes, from + bytes.position()) >= 0) {
                        // goes on where the last read ended
                    }
                    return bytes.array();
                }
            }
        };
    }

    /** Bytes in memory. */
    static ByteSource of(String name, byte[] bytes) {
        return new ByteSource() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public byte[] read(long from, int count) throws IOException {
                if (count < 0 || from + count > bytes.length) {
                    throw new EOFException(name + " was cut short: it ends at byte " + bytes.length + ", wanted are bytes " + from + " to "
                            + (from + count));
                }
                byte[] some = new byte[count];
                System.arraycopy(bytes, (int) from, some, 0, count);
                return some;
            }
        };
    }
}
