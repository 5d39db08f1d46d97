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
                return new OnnxFile(requireGraph(ModelProto.parseFrom(Files.readAllBytes(file)), file), List.of());
            } catch (InvalidProtocolBufferException e) {
                throw noNetwork(file, e);
            }
        });
    }

    /**
     * The file that some bytes are.
     *
     * @throws InvalidProtocolBufferException if they are none
     */
    public static OnnxFile of(byte[] bytes) throws InvalidProtocolBufferException {
        return new OnnxFile(ModelProto.parseFrom(bytes), List.of());
    }

    /**
     * Refuses what is no network.
     *
     * @throws UnreadableException naming the file
     */
    public static ModelProto requireGraph(ModelProto proto, Path file) throws UnreadableException {
        if (!proto.hasGraph() || proto.getGraph().getNodeCount() == 0) {
            throw new UnreadableException(file, "it holds no ONNX network");
        }
        return proto;
    }

    /** Of a file that is none, or a part of one. */
    public static UnreadableException noNetwork(Path file, InvalidProtocolBufferException problem) {
        return new UnreadableException(file, "not an ONNX file, or cut short", problem);
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
