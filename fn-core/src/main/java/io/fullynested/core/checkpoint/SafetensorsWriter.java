package io.fullynested.core.checkpoint;

import static io.fullynested.core.checkpoint.SafetensorsHeader.LENGTH_BYTES;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fullynested.core.tensor.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;

/** Writes safetensors, tensors sorted by name. */
final class SafetensorsWriter {

    private SafetensorsWriter() {
    }

    static void write(Checkpoint checkpoint, OutputStream out) throws IOException {
        byte[] json = SafetensorsHeader.JSON.writeValueAsBytes(header(checkpoint));
        int padded = (json.length + LENGTH_BYTES - 1) / LENGTH_BYTES * LENGTH_BYTES;
        byte[] header = Arrays.copyOf(json, padded);
        Arrays.fill(header, json.length, padded, (byte) ' ');
        out.write(ByteBuffer.allocate(LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(padded).array());
        out.write(header);
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * SafetensorsHeader.NUMBERS_AT_ONCE).order(ByteOrder.LITTLE_ENDIAN);
        for (Tensor tensor : checkpoint.tensors().values()) {
            for (int from = 0; from < tensor.data().length; from += SafetensorsHeader.NUMBERS_AT_ONCE) {
                int count = Math.min(SafetensorsHeader.NUMBERS_AT_ONCE, tensor.data().length - from);
                bytes.asFloatBuffer().put(tensor.data(), from, count);
                out.write(bytes.array(), 0, Float.BYTES * count);
            }
        }
    }

    private static ObjectNode header(Checkpoint checkpoint) {
        ObjectNode header = SafetensorsHeader.JSON.createObjectNode();
        ObjectNode metadata = header.putObject(SafetensorsHeader.METADATA);
        checkpoint.metadata().forEach(metadata::put);
        long offset = 0;
        for (Map.Entry<String, Tensor> entry : checkpoint.tensors().entrySet()) {
            ObjectNode tensor = header.putObject(entry.getKey()).put(SafetensorsHeader.DTYPE, SafetensorsHeader.FLOAT32);
            ArrayNode shape = tensor.putArray(SafetensorsHeader.SHAPE);
            Arrays.stream(entry.getValue().shape()).forEach(shape::add);
            long end = offset + (long) Float.BYTES * entry.getValue().data().length;
            tensor.putArray(SafetensorsHeader.OFFSETS).add(offset).add(end);
            offset = end;
        }
        return header;
    }
}
