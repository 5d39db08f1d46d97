package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fullynested.FullyNested;
import io.fullynested.Settings;
import io.fullynested.core.checkpoint.Checkpoint;
import io.fullynested.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnfinishedTrainingTest {

    @TempDir
    private Path folder;
    private TinyProject project;

    /** A training that is stopped after its 9th step, which is in the second epoch of 8. */
    @BeforeEach
    void stop() throws IOException {
        project = TinyProject.in(folder);
        try (FullyNested fn = FullyNested.open(project.path("tiny.yaml"), Settings.standard())) {
            assertThatThrownBy(() -> fn.train(project.path("half/training.unfinished"), new TrainingListener() {
                private long step;

                @Override
                public void step(Progress at) {
                    step = at.step();
                }

                @Override
                public boolean cancelled() {
                    return step == 9;
                }
            })).isInstanceOf(CancellationException.class);
        }
    }

    @Test
    void theSameCommandGoesOnToTheSameFiles() throws IOException {
        assertThat(project.content("half")).containsExactly("training.unfinished");
        Files.writeString(project.path("half/.training.unfinished.1.tmp"), "half of it");
        TinyProject.Outcome half = project.fn("train", "@tiny.yaml", "--out", "@half", "--tensorboard", "@logs", "--mlflow", "@mlruns");
        assertThat(half.err()).isEmpty();
        for (String run : List.of("train", "validation", "smallest")) {
            assertThat(project.path("logs/half/" + run)).isDirectoryContaining(file -> file.getFileName().toString().startsWith("events.out.tfevents."));
        }
        try (Stream<Path> files = Files.walk(project.path("mlruns"))) {
            Path loss = files.filter(file -> file.endsWith("metrics/loss")).findFirst().orElseThrow();
            assertThat(Files.readAllLines(loss)).as("of all epochs, those before the stop too").hasSize(8);
            assertThat(Files.readString(loss.resolveSibling("../meta.yaml").normalize())).contains("status: 3\n", "run_name: \"half\"");
        }
        assertThat(half.out()).contains("Going on with a training that was stopped, after step 9 of 40", "train 100 %  epoch 8/8");
        assertThat(project.content("half")).containsExactly("checkpoint.safetensors", "log.txt", "run.json", "training.csv");
        TinyProject.Outcome whole = project.fn("train", "@tiny.yaml", "--out", "@whole");
        assertThat(whole.out()).doesNotContain("Going on");
        for (String file : new String[] {"checkpoint.safetensors", "training.csv"}) {
            assertThat(project.path("half/" + file)).hasSameBinaryContentAs(project.path("whole/" + file));
        }
    }

    @Test
    void theSummaryCountsTheSecondsBeforeTheStopToo() throws IOException {
        Path file = project.path("half/training.unfinished");
        Checkpoint kept = Checkpoint.read(file);
        Map<String, String> slower = new TreeMap<>(kept.metadata());
        slower.put("seconds", "1000");
        new Checkpoint(slower, kept.tensors()).write(file);
        assertThat(project.fn("run", "@tiny.yaml", "--out", "@half").err()).isEmpty();
        assertThat(new ObjectMapper().readTree(project.path("half/summary.json").toFile()).path("seconds").path("train").asDouble())
                .isBetween(1000.0, 1600.0);
    }

    @Test
    void anotherTrainingIsNotLostWithoutAWord() throws IOException {
        byte[] kept = Files.readAllBytes(project.path("half/training.unfinished"));
        TinyProject.Outcome other = project.fn("train", "@tiny.yaml", "--out", "@half", "--seed", "2");
        assertThat(other.code()).isEqualTo(2);
        assertThat(other.err().strip()).isEqualTo(project.path("half/training.unfinished") + " is a training that was stopped. Changed since: seed. Maybe "
                + "--overwrite, or another --out?");
        assertThat(project.path("half/training.unfinished")).hasBinaryContent(kept);
        TinyProject.Outcome anew = project.fn("train", "@tiny.yaml", "--out", "@half", "--seed", "2", "--overwrite");
        assertThat(anew.err()).isEmpty();
        assertThat(anew.out()).doesNotContain("Going on");
        assertThat(project.content("half")).containsExactly("checkpoint.safetensors", "log.txt", "run.json", "training.csv");
    }

    /** The last of 300 images; validation images count only where training looks at them, as a guard does. */
    @Test
    void onePixelOfAnotherColourIsNoticed() throws IOException {
        change("train", 1);
        TinyProject.Outcome other = project.fn("train", "@tiny.yaml", "--out", "@half");
        assertThat(other.code()).isEqualTo(2);
        assertThat(other.err()).contains("training.unfinished is a training that was stopped. Changed since: training images. Maybe --overwrite");
        change("train", -1);
        change("validation", 1);
        assertThat(project.fn("train", "@tiny.yaml", "--out", "@half").out()).contains("Going on with a training that was stopped");
    }

    /** The last pixel of the last image. */
    private void change(String set, int by) throws IOException {
        Path images = project.path("data/" + set + "-images-idx3-ubyte");
        byte[] bytes = Files.readAllBytes(images);
        bytes[bytes.length - 1] += (byte) by;
        Files.write(images, bytes);
    }

    /** As restoring the best epoch does; how far a guard goes back is judged on them. */
    @Test
    void validationImagesAreThoseOfAGuardToo() throws IOException {
        String[] words = {"train", "@guarded.yaml", "--out", "@guarded"};
        assertThat(project.fn("train", "@tiny.yaml", "--set", "training.epochs=1", "--out", "@before").code()).isZero();
        project.yaml("guarded.yaml", TinyProject.YAML.replace("batch-size: 30", "batch-size: 30, guard: {}, warm-start: {checkpoint: before/checkpoint.safetensors}"));
        TinyProject.Outcome trained = project.fn(words);
        assertThat(trained.code()).as(trained.err()).isZero();
        words[0] = "run";
        change("validation", 1);
        assertThat(project.fn(words).err()).contains("Changed since: validation images. Maybe");
    }

    @Test
    void theKeyOfAnOlderVersionIsToldSo() throws IOException {
        Path file = project.path("half/training.unfinished");
        Checkpoint kept = Checkpoint.read(file);
        Map<String, String> older = new TreeMap<>(kept.metadata());
        older.put("key", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        new Checkpoint(older, kept.tensors()).write(file);
        TinyProject.Outcome refused = project.fn("train", "@tiny.yaml", "--out", "@half");
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("Changed since: command or version of this program. Maybe --overwrite");
    }

    /** With a learning rate that is nearly 0 no score rises; of epochs with the same score that of the least loss is the best one. */
    @Test
    void aTrainingThatEndsEarlySaysWhichEpochItGives() throws IOException {
        String[] words = {"train", "@tiny.yaml", "--out", "@early", "--set", "training.early-stopping={patience: 2}", "--set", "training.optimizer.learning-rate=1e-9",
                "--set", "training.opening.latest=0"};
        TinyProject.Outcome early = project.fn(words);
        assertThat(early.out()).containsPattern("Stopped early, after epoch \\d of 8; the network is that of epoch \\d, with validation accuracy ");
        JsonNode training = new ObjectMapper().readTree(project.path("early/run.json").toFile()).path("training");
        assertThat(training.path("epochs").asInt()).isBetween(3, 7).isBetween(training.path("kept").asInt(), training.path("kept").asInt() + 2);
        assertThat(Files.readAllLines(project.path("early/training.csv"))).hasSize(1 + training.path("epochs").asInt()).filteredOn(line -> line.endsWith(",1"))
                .hasSize(1).allMatch(line -> line.startsWith(training.path("kept").asInt() + ","));
    }

    /** What is best depends on validation images. */
    @Test
    void otherValidationImagesAreNoticedWhereTheyDecide() throws IOException {
        String[] words = {"train", "@tiny.yaml", "--out", "@best", "--set", "training.restore-best=true"};
        assertThat(project.fn(words).code()).isZero();
        words[0] = "run";
        change("validation", 1);
        assertThat(project.fn(words).err()).contains("best holds a network that was trained. Changed since: validation images. Maybe");
        change("validation", -1);
        assertThat(project.fn(words).out()).contains("Trained before: ");
    }
}
