package io.fullynested.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.protobuf.InvalidProtocolBufferException;
import io.fullynested.core.io.AtomicFile;
import io.fullynested.core.io.InputFile;
import io.fullynested.core.io.UnreadableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The content of an ONNX file.
 *
 * @param proto the content
 * @param notes what its user should know; one sentence or two each
 */
public record OnnxFile(ModelProto proto, List<String> notes) {

    public OnnxFile {
        notes = List.copyOf(notes);
    }

    /**
     * Reads a file.
     *
     * @throws UnreadableException if it cannot be read or holds something else; the message names it
     */
    public static OnnxFile read(Path file) throws UnreadableException {
        return InputFile.read(file, () -> {
            try {
                ModelProto proto = ModelProto.parseFrom(Files.readAllBytes(file));
                if (!proto.hasGraph() || proto.getGraph().getNodeCount() == 0) {
                    throw new UnreadableException(file, "it holds no ONNX network");
                }
                return new OnnxFile(proto, List.of());
            } catch (InvalidProtocolBufferException e) {
                throw new UnreadableException(file, "not an ONNX file, or cut short", e);
            }
        });
    }

    /** The same file with one more claim. */
    public OnnxFile claiming(String key, String value) {
        return new OnnxFile(Claims.add(proto, key, value), notes);
    }

    /** The bytes of the file. */
    public byte[] bytes() {
        return proto.toByteArray();
    }

    /** Writes the file as a whole or not at all; its folder must exist. */
    public void write(Path file) throws IOException {
        AtomicFile.write(file, proto::writeTo);
    }
}
