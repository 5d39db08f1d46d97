package io.fullynested.core.checkpoint;

import io.fullynested.core.io.AtomicFile;
import io.fullynested.core.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Tensors and what they belong to, as a safetensors file holds them.
 *
 * @param metadata free text by key: the network's YAML, seed, version; sorted
 * @param tensors  the numbers by name; sorted
 */
public record Checkpoint(Map<String, String> metadata, Map<String, Tensor> tensors) {

    /** @throws IllegalArgumentException if a tensor has the name that safetensors keeps for the metadata */
    public Checkpoint {
        metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
        tensors = Collections.unmodifiableMap(new TreeMap<>(tensors));
        if (tensors.containsKey(SafetensorsHeader.METADATA)) {
            throw new IllegalArgumentException("A tensor cannot be named '" + SafetensorsHeader.METADATA + "'");
        }
    }

    /** Writes a file, the same bytes for the same content; as a whole or not at all. */
    public void write(Path file) throws IOException {
        AtomicFile.write(file, out -> SafetensorsWriter.write(this, out));
    }

    /**
     * Reads a file.
     *
     * @throws IOException if it is missing, truncated, damaged, of another format, or holds anything but float32; the message names
     *                     the file
     */
    public static Checkpoint read(Path file) throws IOException {
        return SafetensorsReader.read(file);
    }
}
