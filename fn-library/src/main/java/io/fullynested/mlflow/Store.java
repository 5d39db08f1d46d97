package io.fullynested.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fullynested.core.io.AtomicFile;
import io.fullynested.core.io.InputFile;
import io.fullynested.core.io.Sha256;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A folder of experiments, each a folder of runs: what MLflow's file store reads ({@code mlflow/store/tracking/file_store.py}). */
final class Store {

    private static final String META = "meta.yaml";
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    /** Digits of an identity that MLflow gives. */
    private static final int DIGITS = 18;

    private final Path root;

    Store(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    /** The folder of an experiment: the one that is there under this name, or a new one. */
    Path experiment(String name) throws IOException {
        Files.createDirectories(root);
        try (Stream<Path> folders = Files.list(root)) {
            for (Path folder : folders.filter(one -> Files.exists(one.resolve(META))).sorted().toList()) {
                JsonNode meta = InputFile.read(folder.resolve(META), () -> YAML.readTree(folder.resolve(META).toFile()));
                if (meta.path("name").asText().equals(name)) {
                    return folder;
                }
            }
        }
        String id = new BigInteger(new Sha256().add(name).hex(), 16).mod(BigInteger.TEN.pow(DIGITS - 1)).add(BigInteger.TEN.pow(DIGITS - 1)).toString();
        Path folder = Files.createDirectories(root.resolve(id));
        long now = System.currentTimeMillis();
        Map<String, Object> meta = new LinkedHashMap<>();
        meta.put("artifact_location", folder.toUri().toString());
        meta.put("creation_time", now);
        meta.put("experiment_id", id);
        meta.put("last_update_time", now);
        meta.put("lifecycle_stage", "active");
        meta.put("name", name);
        write(folder, meta);
        return folder;
    }

    static void write(Path folder, Map<String, Object> meta) throws IOException {
        AtomicFile.writeText(folder.resolve(META), YAML.writeValueAsString(meta));
    }

    /** Each value of a description, by the way that leads to it: {@code training.optimizer.learning-rate}, {@code network.blocks.0.kind}. */
    static Map<String, String> leaves(String yaml) throws IOException {
        Map<String, String> leaves = new TreeMap<>();
        add(leaves, List.of(), YAML.readTree(yaml));
        return leaves;
    }

    private static void add(Map<String, String> leaves, List<String> way, JsonNode node) {
        if (node.isValueNode()) {
            leaves.put(String.join(".", way), node.asText());
            return;
        }
        if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                add(leaves, plus(way, String.valueOf(i)), node.get(i));
            }
        }
        node.properties().forEach(field -> add(leaves, plus(way, field.getKey()), field.getValue()));
    }

    private static List<String> plus(List<String> way, String step) {
        return Stream.concat(way.stream(), Stream.of(step)).toList();
    }
}
