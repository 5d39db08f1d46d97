package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told beside the results, and how much of it on the terminal. */
class RunRecordTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;
    private TinyProject project;

    @BeforeEach
    void describe() throws IOException {
        project = TinyProject.in(folder);
        project.yaml("short.yaml", TinyProject.YAML.replace("epochs: 8", "epochs: 2"));
    }

    @Test
    void runJsonSaysWhereResultsComeFrom() throws IOException {
        assertThat(project.fn("train", "@short.yaml", "--out", "@a", "--seed", "7").code()).isZero();
        JsonNode record = JSON.readTree(project.path("a/run.json").toFile());
        assertThat(JSON.convertValue(record.path("command"), String[].class)).containsExactly("./fn", "train", project.path("short.yaml").toString(), "--out",
                project.path("a").toString(), "--seed", "7", "--threads", "1");
        assertThat(record.path("seed").asInt()).isEqualTo(7);
        assertThat(record.path("threads").asInt()).isEqualTo(1);
        assertThat(record.path("goesOn").asBoolean()).isFalse();
        assertThat(record.path("key").asText()).contains("seed=", "training images=", "version of this program=");
        assertThat(record.path("seconds").asDouble()).isPositive();
        assertThat(record.path("peakMemory").asLong()).isGreaterThan(50_000_000);
        assertThat(record.path("versions").fieldNames()).toIterable().containsExactly("fully-nested", "java", "libtorch", "onnxruntime");
        assertThat(record.path("machine").fieldNames()).toIterable().containsExactly("architecture", "processor", "processors", "system");
    }

    /** Of sweeps and imports their own tests say so. */
    @Test
    void everyCommandThatMakesAFolderOfResultsSaysWhereTheyComeFrom() throws IOException {
        assertThat(project.fn("train", "@short.yaml", "--out", "@a").code()).isZero();
        assertThat(project.fn("search", "@a/checkpoint.safetensors", "--budget", "macs=20k", "--strategy", "greedy", "--out", "@b").code()).isZero();
        assertThat(project.fn("export", "@a/checkpoint.safetensors", "--format", "all", "--no-verify", "--out", "@c").code()).isZero();
        for (String results : List.of("a", "b", "c")) {
            assertThat(project.content(results)).contains("run.json", "log.txt");
            assertThat(JSON.readTree(project.path(results + "/run.json").toFile()).path("description").asText()).isEqualTo("short.yaml");
        }
    }

    @Test
    void verboseTellsWhatTheLogSays() throws IOException {
        TinyProject.Outcome trained = project.fn("train", "@short.yaml", "--out", "@a", "--keep-every", "5steps", "--verbose");
        assertThat(trained.err()).contains("Kept the training after step 5 in ");
        assertThat(Files.readString(project.path("a/log.txt"))).contains("INFO UnfinishedTraining: Kept the training after step 5 in ");
    }

    @Test
    void quietTellsNothingUnlessSomethingIsWrong() {
        assertThat(project.fn("train", "@short.yaml", "--out", "@a", "--quiet")).isEqualTo(new TinyProject.Outcome(0, "", ""));
        assertThat(project.fn("train", "@nowhere.yaml", "--out", "@b", "--quiet").err()).contains("nowhere.yaml");
    }

    @Test
    void progressAsJsonIsForPrograms() throws IOException {
        List<String> lines = project.fn("train", "@short.yaml", "--out", "@a", "--json-progress").out().lines().filter(line -> line.startsWith("{")).toList();
        assertThat(lines).hasSizeBetween(5, 111);
        double done = 0;
        for (String line : lines) {
            JsonNode at = JSON.readTree(line);
            assertThat(at.path("task").asText()).isEqualTo("train");
            if (at.has("validation")) {
                assertThat(at.path("validation").fieldNames()).toIterable().containsExactly("full", "smallest");
                continue;
            }
            assertThat(at.path("message").asText()).contains("loss ");
            assertThat(at.path("done").asDouble()).isGreaterThan(done);
            done = at.path("done").asDouble();
        }
        assertThat(done).isEqualTo(1);
    }
}
