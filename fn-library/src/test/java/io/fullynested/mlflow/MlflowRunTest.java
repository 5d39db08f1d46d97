package io.fullynested.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fullynested.FullyNested;
import io.fullynested.Settings;
import io.fullynested.api.search.Evaluation;
import io.fullynested.training.TrainingListener;
import io.fullynested.training.TrainingListener.Progress;
import io.fullynested.training.TrainingListener.Validated;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names of files and keys are those that MLflow's file store reads; the patterns are its own checks of names. */
class MlflowRunTest {

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    @TempDir
    private Path folder;
    private FullyNested fn;

    @BeforeEach
    void open() throws IOException {
        fn = FullyNested.open(Path.of("../examples/quickstart.yaml"), Settings.standard().withThreads(1));
    }

    @AfterEach
    void close() {
        fn.close();
    }

    private static Progress at(int epoch) {
        return new Progress(100L * epoch, 400, epoch, 4, 1.5 / epoch, 0.25 * epoch, 10.0 * epoch, 200, 0.125);
    }

    private static Validated measured(int epoch) {
        return new Validated(epoch, 100L * epoch, new Evaluation(0.5, 0.25, 10), new Evaluation(0.375, Double.NaN, 10));
    }

    private static Path only(Path folder) throws IOException {
        try (Stream<Path> inside = Files.list(folder)) {
            List<Path> all = inside.filter(Files::isDirectory).toList();
            assertThat(all).hasSize(1);
            return all.get(0);
        }
    }

    /** Values and steps of a metric; the times before them rise. */
    private static List<String> metric(Path run, String name) throws IOException {
        List<String> lines = Files.readAllLines(run.resolve("metrics").resolve(name));
        assertThat(lines).allMatch(line -> line.matches("\\d{13} (-?\\d+\\.\\d+(E-?\\d+)?|NaN) \\d+")).isSorted();
        return lines.stream().map(line -> line.substring(line.indexOf(' ') + 1)).toList();
    }

    @Test
    void aRunIsThereWhileItGoesOnAndAfterAStop() throws IOException {
        Path results = folder.resolve("out/a b");
        try (MlflowRun run = new MlflowRun(folder.resolve("mlruns"), fn, results, TrainingListener.NONE)) {
            run.step(at(1));
            run.validated(measured(1));
            run.epoch(at(1));
            run.epoch(at(2));
            assertThat(YAML.readTree(only(only(folder.resolve("mlruns"))).resolve("meta.yaml").toFile()).get("status").asInt()).as("running").isEqualTo(1);
        }
        Path experiment = only(folder.resolve("mlruns"));
        Path there = only(experiment);
        JsonNode meta = YAML.readTree(there.resolve("meta.yaml").toFile());
        assertThat(meta.get("status").asInt()).as("killed").isEqualTo(5);
        assertThat(metric(there, "loss")).containsExactly("1.5 100", "0.75 200");

        try (MlflowRun run = new MlflowRun(folder.resolve("mlruns"), fn, results, TrainingListener.NONE)) {
            // what was told after the last step that was kept does not count
            run.resumed(150, 400, List.of(at(1)), List.of(measured(1)));
            run.step(at(2));
            run.epoch(at(2));
            run.validated(measured(3));
            run.epoch(at(3));
            run.ended(3, 3);
        }
        assertThat(only(only(folder.resolve("mlruns")))).isEqualTo(there);
        assertThat(metric(there, "accuracy")).containsExactly("0.25 100", "0.5 200", "0.75 300");
        assertThat(metric(there, "validation_accuracy")).containsExactly("0.5 100", "0.5 300");
        assertThat(metric(there, "smallest_validation_loss")).containsExactly("NaN 100", "NaN 300");
        assertThat(there.resolve("params/training.optimizer.learning-rate")).hasContent("0.15");
        assertThat(there.resolve("params/network.blocks.1.kind")).hasContent("residual-stage");
        assertThat(there.resolve("params/seed")).hasContent("1");
        assertThat(there.resolve("tags/mlflow.runName")).hasContent("a b");
        try (Stream<Path> named = Stream.concat(Files.list(there.resolve("params")), Files.list(there.resolve("metrics")))) {
            assertThat(named.map(file -> file.getFileName().toString())).allMatch(name -> name.matches("[/\\w.\\- :]{1,250}"));
        }

        meta = YAML.readTree(there.resolve("meta.yaml").toFile());
        assertThat(meta.get("status").asInt()).as("finished").isEqualTo(3);
        assertThat(meta.get("run_id").asText()).isEqualTo(there.getFileName().toString()).isEqualTo(meta.get("run_uuid").asText()).matches("[0-9a-f]{32}");
        assertThat(meta.get("experiment_id").isTextual()).isTrue();
        assertThat(meta.get("experiment_id").asText()).isEqualTo(experiment.getFileName().toString()).matches("[1-9]\\d{17}");
        assertThat(meta.get("lifecycle_stage").asText()).isEqualTo("active");
        assertThat(meta.get("end_time").asLong()).isGreaterThan(meta.get("start_time").asLong());
        assertThat(Path.of(URI.create(meta.get("artifact_uri").asText()))).isEqualTo(results.toAbsolutePath());
        JsonNode parent = YAML.readTree(experiment.resolve("meta.yaml").toFile());
        assertThat(parent.get("name").asText()).isEqualTo("quickstart");
        assertThat(parent.get("experiment_id").asText()).isEqualTo(meta.get("experiment_id").asText());
    }

    @Test
    void anExperimentThatMlflowMadeIsTaken() throws IOException {
        Path own = Files.createDirectories(folder.resolve("mlruns/7"));
        Files.writeString(own.resolve("meta.yaml"), "artifact_location: file:///x\nexperiment_id: '7'\nlifecycle_stage: active\nname: quickstart\n");
        Files.createDirectories(folder.resolve("mlruns/.trash"));
        for (String name : List.of("a", "b")) {
            try (MlflowRun run = new MlflowRun(folder.resolve("mlruns"), fn, folder.resolve(name), TrainingListener.NONE)) {
                run.step(at(1));
            }
        }
        try (Stream<Path> runs = Files.list(own)) {
            assertThat(runs.filter(Files::isDirectory).map(run -> run.resolve("meta.yaml"))).hasSize(2)
                    .allSatisfy(meta -> assertThat(YAML.readTree(meta.toFile()).get("experiment_id").asText()).isEqualTo("7"));
        }
    }

    @Test
    void whatCannotBeWrittenIsToldBeforeAnythingIsTrained() throws IOException {
        Path file = Files.writeString(folder.resolve("taken"), "a file");
        assertThatThrownBy(() -> new MlflowRun(file, fn, folder.resolve("out"), TrainingListener.NONE)).isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString());
    }
}
