package io.fullynested.examples;

import static io.fullynested.examples.CommandLine.fn;
import static io.fullynested.examples.Sample.EXAMPLES;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fullynested.core.plugin.Kinds;
import io.fullynested.core.plugin.PluginRegistry;
import io.fullynested.core.plugin.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The networks of others, as YAML: each trains, is searched, exported and verified, its blocks unknown to fn-core. */
class NetworksTest {

    @TempDir
    private static Path folder;

    @BeforeAll
    static void writeData() throws IOException {
        Sample.write(folder);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mobilenet-v2", "mobilenet-v3", "shufflenet", "resnext", "transformer"})
    void trainsIsSearchedExportedAndVerified(String name) throws IOException {
        Path yaml = Files.writeString(folder.resolve(name + ".yaml"), Files.readString(EXAMPLES.resolve(name + ".yaml"))
                .replace("training: {epochs: 20", "training: {epochs: 1, batch-size: 16, recalibration-images: 64")
                .replace("search:\n", "search:\n  strategy: {kind: greedy, rank-images: 50}\n"));
        Path out = folder.resolve(name);
        assertThat(fn("run", yaml, "--out", out, "--threads", 1)).contains("epoch 1/1");
        JsonNode summary = new ObjectMapper().readTree(out.resolve("summary.json").toFile());
        assertThat(summary.path("budgets")).hasSize(2);
        for (JsonNode budget : summary.path("budgets")) {
            double limit = budget.at("/constraints/macs").asDouble();
            assertThat(budget.at("/cost/macs").asDouble()).isBetween(limit / 4, limit);
        }
        // by chance it would be 0.1; 40 steps are enough to tell that it learns
        assertThat(summary.at("/supernet/accuracy/test").asDouble()).isGreaterThan(0.15);
        fn("verify", out.resolve("models/half.onnx"), out.resolve("models/small.onnx"), "--data", yaml, "--checkpoint", out.resolve("checkpoint.safetensors"), "--threads", 1);
    }

    @Test
    void noFileOfCoreNamesABlockOfAPlugin() throws IOException {
        List<String> names;
        try (PluginRegistry registry = PluginRegistry.load(List.of())) {
            names = registry.kinds(Role.BLOCK).all().entrySet().stream()
                    .filter(entry -> !entry.getValue().origin().className().startsWith("io.fullynested.core."))
                    .flatMap(entry -> names(entry.getKey(), entry.getValue())).toList();
        }
        assertThat(names).contains("inverted-residual", "invertedresidual", "shuffle-unit", "mobileplugin");
        try (Stream<Path> files = Files.walk(EXAMPLES.getParent().resolve("fn-core/src/main"))) {
            List<Path> sources = files.filter(Files::isRegularFile).toList();
            assertThat(sources).hasSizeGreaterThan(50);
            for (Path source : sources) {
                assertThat(Files.readString(source).toLowerCase(Locale.ROOT)).as(source.toString()).doesNotContain(names);
            }
        }
    }

    private static Stream<String> names(String kind, Kinds.Provided<?> provided) {
        return Stream.of(kind, provided.factory().options().getSimpleName(), provided.origin().className().replaceFirst(".*\\.", ""), "mobilenet",
                "shufflenet").map(name -> name.toLowerCase(Locale.ROOT));
    }
}
