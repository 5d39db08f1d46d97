package io.fullynested.onnx.source;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/** Numbers of a network that lie in other files beside it, as large networks have them. */
final class ExternalData {

    private ExternalData() {
    }

    /**
     * The network with all numbers in it.
     *
     * @param folder that it lies in
     * @throws IOException if a file is missing, too short, or outside of the folder; the message begins with the name of the tensor
     */
    static ModelProto inline(ModelProto model, Path folder) throws IOException {
        GraphProto graph = model.getGraph();
        if (graph.getInitializerList().stream().noneMatch(ExternalData::external)) {
            return model;
        }
        GraphProto.Builder whole = graph.toBuilder();
        for (int i = 0; i < graph.getInitializerCount(); i++) {
            TensorProto tensor = graph.getInitializer(i);
            if (external(tensor)) {
                whole.setInitializer(i, tensor.toBuilder().clearExternalData().setDataLocation(TensorProto.DataLocation.DEFAULT)
                        .setRawData(ByteString.copyFrom(read(tensor, folder))));
            }
        }
        return model.toBuilder().setGraph(whole).build();
    }

    private static boolean external(TensorProto tensor) {
        return tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL;
    }

    private static ByteBuffer read(TensorProto tensor, Path folder) throws IOException {
        Map<String, String> entries = new HashMap<>();
        for (StringStringEntryProto entry : tensor.getExternalDataList()) {
            entries.put(entry.getKey(), entry.getValue());
        }
        String location = entries.getOrDefault("location", "");
        Path file = folder.resolve(location).normalize();
        if (location.isEmpty() || !file.startsWith(folder.normalize())) {
            throw new IOException("'" + tensor.getName() + "' lies in '" + location + "', outside of the network's folder");
        }
        if (!Files.isRegularFile(file)) {
            throw new IOException("'" + tensor.getName() + "' lies in " + file + ", which is missing. Maybe copy it beside the network?");
        }
        long there = Files.size(file);
        long from = number(tensor, entries.getOrDefault("offset", "0"));
        long length = number(tensor, entries.getOrDefault("length", String.valueOf(there - from)));
        if (from < 0 || length < 0 || length > Integer.MAX_VALUE || from + length > there) {
            throw new IOException("'" + tensor.getName() + "' ends beyond the end of " + file);
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) length);
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            while (bytes.hasRemaining()) {
                if (in.read(bytes, from + bytes.position()) < 0) {
                    throw new IOException(file + " was cut short");
                }
            }
        }
        return bytes.flip();
    }

    private static long number(TensorProto tensor, String text) throws IOException {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IOException("'" + tensor.getName() + "' lies at '" + text + "', which is no number", e);
        }
    }
}
