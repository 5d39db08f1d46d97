package io.fullynested.core.io;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Files that are there as a whole or not at all: written beside, forced to disk, then renamed. */
public final class AtomicFile {

    /** What stands in a file. */
    @FunctionalInterface
    public interface Content {
        /** Writes all of it; the stream is buffered, and closed by the caller. */
        void writeTo(OutputStream out) throws IOException;
    }

    private static final String ENDING = ".tmp";
    private static final Pattern HALF = Pattern.compile("\\.(.+)\\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\" + ENDING);

    private AtomicFile() {
    }

    /**
     * Writes a file, in the place of one of that name if there is one. If {@code content} fails, nothing is left behind, and a file
     * that was there before stays as it was.
     *
     * @param target its folder must exist
     * @throws IOException if the disk is full, say; the message names the file
     */
    public static void write(Path target, Content content) throws IOException {
        Disk disk = Disk.current;
        Path beside = beside(target);
        try {
            // the file system's default permissions, unlike those of a temporary file
            try (FileChannel channel = disk.open(beside, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
                OutputStream out = new BufferedOutputStream(new Written(disk, channel), 1 << 16);
                content.writeTo(out);
                out.flush();
                disk.force(channel);
            }
            disk.move(beside, target);
        } catch (FileSystemException e) {
            throw e;
        } catch (IOException e) {
            // a full disk, say, of which Java does not tell the file
            throw new IOException(target + " cannot be written: " + e.getMessage(), e);
        } finally {
            Files.deleteIfExists(beside);
        }
    }

    /** Writes text likewise, in UTF-8. */
    public static void writeText(Path target, String text) throws IOException {
        write(target, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    static Path beside(Path target) {
        return target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ENDING);
    }

    /** Deletes what processes that were killed left beside the files that they wrote into a folder. Nobody may be writing there now. */
    public static void deleteHalves(Path folder) throws IOException {
        deleteHalves(folder, name -> true);
    }

    /** The same for one file, whatever is written beside it. */
    public static void deleteHalvesOf(Path target) throws IOException {
        deleteHalves(target.toAbsolutePath().getParent(), target.getFileName().toString()::equals);
    }

    private static void deleteHalves(Path folder, Predicate<String> which) throws IOException {
        try (DirectoryStream<Path> halves = Files.newDirectoryStream(folder, file -> {
            Matcher half = HALF.matcher(file.getFileName().toString());
            return half.matches() && which.test(half.group(1));
        })) {
            for (Path half : halves) {
                Files.deleteIfExists(half);
            }
        }
    }

    private static final class Written extends OutputStream {

        private final Disk disk;
        private final FileChannel channel;

        Written(Disk disk, FileChannel channel) {
            this.disk = disk;
            this.channel = channel;
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            disk.write(channel, ByteBuffer.wrap(bytes, from, count));
        }
    }
}
