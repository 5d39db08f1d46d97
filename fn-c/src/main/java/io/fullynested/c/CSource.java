package io.fullynested.c;

import io.fullynested.core.io.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A network as a pair of C files.
 *
 * @param prefix  what the names that it declares begin with
 * @param header  the text of the header
 * @param source  the text of the other file, which includes the header by {@code prefix.h}
 * @param flash   bytes of constants that stay in flash
 * @param code    bytes of code, as estimated for a Cortex-M
 * @param arena   bytes of memory for signals
 * @param macs    multiply-accumulates
 * @param outputs what comes out
 */
public record CSource(String prefix, String header, String source, long flash, long code, int arena, long macs, List<Output> outputs) {

    /**
     * One of the outputs.
     *
     * @param name     as ONNX files call it
     * @param elements integers
     * @param scale    what 1 stands for
     */
    public record Output(String name, int elements, double scale) {
    }

    /** Bytes that it takes on a device: constants and code. */
    public long bytes() {
        return flash + code;
    }

    /** Writes the pair, each file as a whole or not at all, the header first. */
    public void write(Path file) throws IOException {
        AtomicFile.writeText(file.resolveSibling(prefix + ".h"), header);
        AtomicFile.writeText(file.resolveSibling(prefix + ".c"), source);
    }
}
