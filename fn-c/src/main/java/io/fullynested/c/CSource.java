package io.fullynested.c;

import io.fullynested.core.io.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A network as a pair of C files.
 *
 * @param name      of the files, without ending
 * @param prefix    what the names that they declare begin with
 * @param header    the text of the header
 * @param text      the text of the other file, which includes the header
 * @param constants bytes of constants, which stay in flash
 * @param code      bytes of code, at most, for a Cortex-M
 * @param arena     bytes of memory for signals
 * @param macs      multiply-accumulates
 * @param outputs   what comes out
 * @param integers  what is computed, in order: the names of nodes
 * @param notes     what its user should know
 * @param leading   arguments of {@code run} before the pixels: of a member of a family its number
 */
public record CSource(String name, String prefix, String header, String text, long constants, long code, int arena, long macs, List<Output> outputs,
                      List<String> integers, List<String> notes, String leading) {

    /**
     * One of the outputs.
     *
     * @param name     as ONNX files call it
     * @param elements integers
     * @param scale    what 1 stands for
     */
    public record Output(String name, int elements, double scale) {
    }

    /** The same files, of which a call runs one member. */
    CSource member(int number, CSource told) {
        return new CSource(name, prefix, header, text, constants, code, arena, told.macs, told.outputs, told.integers, told.notes, number + ", ");
    }

    /** Bytes that it takes on a device: constants and code. */
    public long bytes() {
        return constants + code;
    }

    /** Writes the pair into the folder of a file, each file as a whole or not at all, the header first. */
    public void write(Path file) throws IOException {
        AtomicFile.writeText(file.resolveSibling(name + ".h"), header);
        AtomicFile.writeText(file.resolveSibling(name + ".c"), text);
    }
}
