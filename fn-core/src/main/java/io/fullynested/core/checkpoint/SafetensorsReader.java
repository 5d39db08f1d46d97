package io.fullynested.core.checkpoint;

import static io.fullynested.core.checkpoint.SafetensorsHeader.LENGTH_BYTES;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.fullynested.core.io.InputFile;
import io.fullynested.core.io.UnreadableException;
import io.fullynested.core.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads safetensors of float32, checking that every byte of the file is accounted for. */
final class SafetensorsReader {

    private final Path file;
    private final FileChannel channel;
    private final long length;

    private SafetensorsReader(Path file, FileChannel channel) throws IOException {
        this.file = file;
        this.channel = channel;
        this.length = channel.size();
    }

    static Checkpoint read(Path file) throws UnreadableException {
        if (!Files.isRegularFile(file)) {
            throw new UnreadableException(file, "there is no such checkpoint file");
        }
        return InputFile.read(file, () -> {
            try (FileChannel channel = FileChannel.open(file)) {
                return new SafetensorsReader(file, channel).read();
            }
        });
    }

    /** A tensor's line in the header; offsets count from the first tensor. */
    private record Entry(String name, int[] shape, long from, long to) {
    }

    private Checkpoint read() throws IOException {
        long headerLength = length < LENGTH_BYTES ? -1 : bytes(0, LENGTH_BYTES).getLong();
        if (headerLength < 2 || headerLength > SafetensorsHeader.LONGEST) {
            throw new UnreadableException(file, "not a safetensors file");
        }
        if (LENGTH_BYTES + headerLength > length) {
            throw truncated(LENGTH_BYTES + headerLength);
        }
        JsonNode header;
        try {
            header = SafetensorsHeader.JSON.readTree(bytes(LENGTH_BYTES, (int) headerLength).array());
        } catch (JsonProcessingException e) {
            throw new UnreadableException(file, "not a safetensors file, or a damaged one: " + e.getOriginalMessage(), e);
        }
        if (!header.isObject()) {
            throw new UnreadableException(file, "not a safetensors file, its header is no JSON object");
        }
        Map<String, String> metadata = new TreeMap<>();
        List<Entry> entries = new ArrayList<>();
        for (Map.Entry<String, JsonNode> property : header.properties()) {
            if (property.getKey().equals(SafetensorsHeader.METADATA)) {
                for (Map.Entry<String, JsonNode> text : property.getValue().properties()) {
                    metadata.put(text.getKey(), text.getValue().asText());
                }
            } else {
                entries.add(entry(property.getKey(), property.getValue()));
            }
        }
        return new Checkpoint(metadata, tensors(entries, LENGTH_BYTES + headerLength));
    }

    private Entry entry(String name, JsonNode node) throws IOException {
        if (!SafetensorsHeader.FLOAT32.equals(node.path(SafetensorsHeader.DTYPE).asText())) {
            throw new UnreadableException(file, "tensor '" + name + "' is of type " + node.path(SafetensorsHeader.DTYPE).asText("none")
                    + ", expected " + SafetensorsHeader.FLOAT32);
        }
        JsonNode extents = node.path(SafetensorsHeader.SHAPE);
        JsonNode offsets = node.path(SafetensorsHeader.OFFSETS);
        int[] shape = new int[extents.size()];
        double bytes = Float.BYTES;
        for (int i = 0; i < shape.length; i++) {
            shape[i] = extents.get(i).asInt(-1);
            bytes *= shape[i] < 0 ? Double.NaN : shape[i];
        }
        long from = offsets.path(0).asLong(-1);
        long to = offsets.path(1).asLong(-1);
        // also false for a NaN
        boolean fits = extents.isArray() && offsets.size() == 2 && from >= 0 && to - from == bytes;
        if (!fits || bytes > Integer.MAX_VALUE - 8) {
            throw new UnreadableException(file, "damaged; tensor '" + name + "' has shape " + extents + " and offsets " + offsets
                    + (fits ? ", more than 2 GiB" : ""));
        }
        return new Entry(name, shape, from, to);
    }

    private Map<String, Tensor> tensors(List<Entry> entries, long start) throws IOException {
        entries.sort(Comparator.comparingLong(Entry::from).thenComparingLong(Entry::to));
        long end = 0;
        for (Entry entry : entries) {
            if (entry.from() != end) {
                throw new UnreadableException(file, "damaged; tensor '" + entry.name() + "' starts at byte " + entry.from() + ", expected " + end);
            }
            end = entry.to();
        }
        if (start + end > length) {
            throw truncated(start + end);
        }
        if (start + end < length) {
            throw new UnreadableException(file, "damaged; it has " + (length - start - end) + " bytes after the last tensor");
        }
        Map<String, Tensor> tensors = new TreeMap<>();
        for (Entry entry : entries) {
            float[] data = new float[(int) ((entry.to() - entry.from()) / Float.BYTES)];
            for (int from = 0; from < data.length; from += SafetensorsHeader.NUMBERS_AT_ONCE) {
                int count = Math.min(SafetensorsHeader.NUMBERS_AT_ONCE, data.length - from);
                bytes(start + entry.from() + (long) Float.BYTES * from, Float.BYTES * count).asFloatBuffer().get(data, from, count);
            }
            tensors.put(entry.name(), new Tensor(entry.shape(), data));
        }
        return tensors;
    }

    private IOException truncated(long expected) {
        return new UnreadableException(file, "truncated, or not a safetensors file; its header announces " + expected + " bytes, it has " + length);
    }

    private ByteBuffer bytes(long position, int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position()) < 0) {
                throw truncated(position + count);
            }
        }
        return buffer.flip();
    }
}
