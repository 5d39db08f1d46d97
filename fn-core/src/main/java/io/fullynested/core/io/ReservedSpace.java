package io.fullynested.core.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Space on a disk that is kept free for what comes at the end of long work, so that a full disk is found at its start. */
public final class ReservedSpace implements AutoCloseable {

    private static final int BLOCK = 1 << 20;

    private final Path file;

    private ReservedSpace(Path file) {
        this.file = file;
    }

    /**
     * Takes the space.
     *
     * @param target the file that will be written there; its folder must exist
     * @throws IOException if there is not so much; nothing is left behind then
     */
    public static ReservedSpace of(Path target, long bytes) throws IOException {
        Disk disk = Disk.current;
        // what is tidied up after a kill, as halves of the file are
        Path file = AtomicFile.beside(target);
        try (FileChannel channel = disk.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
            for (long left = bytes; left > 0; left -= BLOCK) {
                // written, not only asked for: a file with holes takes no space
                disk.write(channel, ByteBuffer.allocate((int) Math.min(left, BLOCK)));
            }
            disk.force(channel);
        } catch (IOException e) {
            Files.deleteIfExists(file);
            throw new IOException(target.toAbsolutePath().getParent() + " has no room for the " + (bytes + BLOCK - 1) / BLOCK + " MiB that will be written there at the end: "
                    + e.getMessage(), e);
        }
        return new ReservedSpace(file);
    }

    /** Gives it back, to be written to. */
    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
    }
}
