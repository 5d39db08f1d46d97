package io.fullynested.core.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Lines of text that are added one after the other, so that a process that is killed loses none that it had added. What it may leave is half
 * a line at the end, which is cut off. The first line is a key: a file with another one is begun anew.
 */
public final class GrowingFile implements AutoCloseable {

    private final Path file;
    private final FileChannel channel;
    private final List<String> before;

    /**
     * Opens a file, or begins one.
     *
     * @param key one line that tells all that the others depend on
     * @throws IOException if it cannot be read or written; the message names it
     */
    public GrowingFile(Path file, String key) throws IOException {
        this.file = file;
        byte[] bytes = Files.exists(file) ? InputFile.read(file, () -> Files.readAllBytes(file)) : new byte[0];
        int whole = bytes.length;
        while (whole > 0 && bytes[whole - 1] != '\n') {
            whole--;
        }
        List<String> lines = new String(bytes, 0, whole, StandardCharsets.UTF_8).lines().toList();
        boolean anew = lines.isEmpty() || !lines.get(0).equals(key);
        if (anew) {
            AtomicFile.writeText(file, key + "\n");
        }
        this.before = anew ? List.of() : lines.subList(1, lines.size());
        this.channel = Disk.current.open(file, StandardOpenOption.WRITE);
        if (!anew) {
            channel.truncate(whole);
        }
        channel.position(channel.size());
    }

    /** Whether there is such a file, with this key. */
    public static boolean isOf(Path file, String key) throws IOException {
        return Files.exists(file) && key(file).equals(key);
    }

    /** The key of a file; empty if there is no whole line. */
    public static String key(Path file) throws IOException {
        String text = InputFile.read(file, () -> new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
        return text.substring(0, Math.max(0, text.indexOf('\n')));
    }

    /** The lines after the key that were there when it was opened. */
    public List<String> before() {
        return before;
    }

    /**
     * Adds lines.
     *
     * @throws IOException if the disk is full, say; the message names the file, which has then lost nothing that was added before
     */
    public void add(List<String> lines) throws IOException {
        try {
            Disk.current.write(channel, ByteBuffer.wrap((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new IOException(file + " cannot be written: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
