package io.fullynested.core.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * Records of bytes one after the other, as TensorFlow's TFRecord has them: the length as 8 bytes, its checksum, the bytes, their checksum, all
 * little-endian. A record is written at once, so that whoever reads along sees whole ones, and half of one at the end at most.
 */
public final class RecordFile implements AutoCloseable {

    /** What is added to a rotated checksum, so that one of data that hold checksums is not that of the data. */
    private static final int MASK = 0xa282ead8;
    private static final int ROTATION = 15;

    private final Path file;
    private final FileChannel channel;

    /**
     * Begins a file, with its folder if there is none.
     *
     * @throws IOException if there is such a file, or it cannot be written; the message names it
     */
    public RecordFile(Path file) throws IOException {
        this.file = file;
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            this.channel = Disk.current.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
        } catch (FileAlreadyExistsException e) {
            throw new IOException(file + " cannot be written: there is a file at " + e.getFile(), e);
        } catch (IOException e) {
            throw new IOException(file + " cannot be written: " + e.getMessage(), e);
        }
    }

    /**
     * Adds a record.
     *
     * @throws IOException if the disk is full, say; the message names the file
     */
    public void add(byte[] record) throws IOException {
        ByteBuffer all = ByteBuffer.allocate(Long.BYTES + Integer.BYTES + record.length + Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        all.putLong(record.length).putInt(checksum(all.array(), Long.BYTES)).put(record).putInt(checksum(record, record.length));
        try {
            Disk.current.write(channel, all.flip());
        } catch (IOException e) {
            throw new IOException(file + " cannot be written: " + e.getMessage(), e);
        }
    }

    /** The masked CRC-32C of the first bytes. */
    private static int checksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return Integer.rotateRight((int) crc.getValue(), ROTATION) + MASK;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
