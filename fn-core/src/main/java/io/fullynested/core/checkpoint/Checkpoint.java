package io.fullynested.core.checkpoint;

import io.fullynested.core.io.AtomicFile;
import io.fullynested.core.io.Sha256;
import io.fullynested.core.io.UnreadableException;
import io.fullynested.core.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
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

    /** The key in a file's metadata under which its digest stands. */
    private static final String DIGEST = "sha256";

    /** @throws IllegalArgumentException if a tensor has the name that safetensors keeps for the metadata */
    public Checkpoint {
        metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
        tensors = Collections.unmodifiableMap(new TreeMap<>(tensors));
        if (tensors.containsKey(SafetensorsHeader.METADATA)) {
            throw new IllegalArgumentException("A tensor cannot be named '" + SafetensorsHeader.METADATA + "'");
        }
    }

    /** Writes a file, the same bytes for the same content, with its {@link #digest}; as a whole or not at all. */
    public void write(Path file) throws IOException {
        Map<String, String> sealed = new TreeMap<>(metadata);
        sealed.put(DIGEST, digest());
        AtomicFile.write(file, out -> SafetensorsWriter.write(new Checkpoint(sealed, tensors), out));
    }

    /** The SHA-256 of the metadata and the tensors, their names and shapes included. */
    public String digest() {
        Sha256 digest = new Sha256().add(metadata.toString());
        tensors.forEach((name, tensor) -> digest.add(name + Arrays.toString(tensor.shape())).add(tensor.data()));
        return digest.hex();
    }

    /**
     * Reads a file.
     *
     * @throws UnreadableException if it is missing, truncated, damaged, of another format, or holds anything but float32; the message names
     *                     the file
     */
    public static Checkpoint read(Path file) throws UnreadableException {
        Checkpoint read = SafetensorsReader.read(file);
        Map<String, String> metadata = new TreeMap<>(read.metadata());
        String sealed = metadata.remove(DIGEST);
        Checkpoint content = new Checkpoint(metadata, read.tensors());
        // files of before there were digests have none
        if (sealed != null && !sealed.equals(content.digest())) {
            throw new UnreadableException(file, "damaged; its content has another SHA-256 than what was written. Maybe copy it again?");
        }
        return content;
    }
}
