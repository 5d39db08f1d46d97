package io.fullynested.tflite;

import io.fullynested.core.io.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A network as a .tflite file. */
public final class TfliteFile {

    private final byte[] bytes;
    private final List<String> integers;
    private final List<String> notes;

    TfliteFile(byte[] bytes, List<String> integers, List<String> notes) {
        this.bytes = bytes;
        this.integers = List.copyOf(integers);
        this.notes = List.copyOf(notes);
    }

    /** Its content; a copy. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** What is computed in integers, in order, in words. */
    public List<String> integers() {
        return integers;
    }

    /** What its user should know. */
    public List<String> notes() {
        return notes;
    }

    /** Writes it as a whole or not at all. */
    public void write(Path file) throws IOException {
        AtomicFile.write(file, out -> out.write(bytes));
    }
}
