package io.fullynested.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fullynested.api.data.Dataset;
import io.fullynested.core.data.DatasetDigest;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.task.Classification;
import io.fullynested.core.task.Scorer;
import io.fullynested.core.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnfinishedTrainingTest {

    private static final Dataset BARS = new Bars(512, Bars.PLACE);
    private static final Supernet NET = Bars.net(true);

    @TempDir
    private Path folder;

    /** Cancels after a step, and remembers what it is told. */
    private static final class Listener implements TrainingListener {

        private final long last;
        private final List<Progress> epochs = new ArrayList<>();
        private long resumed;
        private long step;

        Listener(long last) {
            this.last = last;
        }

        @Override
        public void resumed(long steps, long of, List<Progress> past) {
            resumed = steps;
            epochs.addAll(past);
        }

        @Override
        public void step(Progress at) {
            step = at.step();
        }

        @Override
        public void epoch(Progress at) {
            epochs.add(at);
        }

        @Override
        public boolean cancelled() {
            return step == last;
        }
    }

    private UnfinishedTraining file(TrainingOptions options, long seed) {
        return new UnfinishedTraining(folder.resolve("a-folder/training.unfinished"),
                UnfinishedTraining.identity(NET, DatasetDigest.of(BARS), Classification.standard(), options, Trainer.Start.SCRATCH, seed).toString());
    }

    private static Map<String, Tensor> train(TrainingOptions options, Optional<UnfinishedTraining> file, TrainingListener listener) {
        return Trainer.train(NET, BARS, Scorer.classification(BARS), options, Trainer.Start.SCRATCH, 3, 1, file, listener);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            7  | {epochs: 4}
            8  | {epochs: 4, optimizer: {algorithm: adamw, learning-rate: 0.005}, averaging: 0.9}
            5  | {epochs: 4, recipe: nested-net}
            3  | {epochs: 4, warm-start: {share: 0.5, rank: norm}}
            8  | {epochs: 4, warm-start: {share: 0.5, rank: norm}}
            11 | {epochs: 4, gradient-scaling: 0.5, augmentation: {shift: 1}}
            """)
    void whatWasStoppedGoesOnToTheSameBytes(long stop, String yaml) throws IOException {
        TrainingOptions options = Recipes.of(yaml);
        Listener whole = new Listener(-1);
        Map<String, Tensor> expected = train(options, Optional.empty(), whole);
        UnfinishedTraining file = file(options, 3);
        assertThat(file.exists()).isFalse();
        assertThatThrownBy(() -> train(options, Optional.of(file), new Listener(stop))).isInstanceOf(CancellationException.class);
        assertThat(file.exists()).isTrue();
        Listener rest = new Listener(-1);
        Map<String, Tensor> found = train(options, Optional.of(file), rest);
        assertThat(rest.resumed).isEqualTo(stop);
        assertThat(found.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, tensor) -> assertThat(found.get(name).data()).as(name).isEqualTo(tensor.data()));
        assertThat(rest.epochs).hasSize(4).usingRecursiveComparison().ignoringFields("seconds", "imagesPerSecond").isEqualTo(whole.epochs);
        assertThat(rest.epochs).extracting(TrainingListener.Progress::seconds).isSorted();
    }

    @Test
    void anotherTrainingIsNotGoneOnWith() throws IOException {
        TrainingOptions options = Recipes.of("{epochs: 2}");
        assertThatThrownBy(() -> train(options, Optional.of(file(options, 3)), new Listener(2))).isInstanceOf(CancellationException.class);
        TrainingOptions longer = Recipes.of("{epochs: 3}");
        assertThat(file(longer, 3).exists()).isFalse();
        assertThat(file(options, 4).exists()).isFalse();
        Listener anew = new Listener(3);
        assertThatThrownBy(() -> train(longer, Optional.of(file(longer, 3)), anew)).isInstanceOf(CancellationException.class);
        assertThat(anew.resumed).isZero();
        assertThat(file(longer, 3).exists()).isTrue();
    }

    @Test
    void aDamagedFileIsToldOf() throws IOException {
        TrainingOptions options = Recipes.of("{epochs: 2}");
        UnfinishedTraining file = file(options, 3);
        Files.createDirectories(file.file().getParent());
        Files.writeString(file.file(), "nothing of the kind");
        assertThatThrownBy(() -> train(options, Optional.of(file), TrainingListener.NONE)).isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(file.file().toString()).hasMessageEndingWith("Maybe delete it, and train anew?");
        assertThat(file.file()).hasContent("nothing of the kind");
    }

    @Test
    void whereTheNewestIsDamagedTheOneBeforeServes() throws IOException {
        TrainingOptions options = Recipes.of("{epochs: 2}");
        UnfinishedTraining standard = file(options, 3);
        UnfinishedTraining file = new UnfinishedTraining(standard.file(), standard.key(), new UnfinishedTraining.Schedule(Double.POSITIVE_INFINITY, 1, 3));
        assertThatThrownBy(() -> train(options, Optional.of(file), new Listener(3))).isInstanceOf(CancellationException.class);
        Path before = file.file().resolveSibling("training.unfinished.1");
        assertThat(before).exists();
        assertThat(file.file().resolveSibling("training.unfinished.2")).exists();
        assertThat(file.file().resolveSibling("training.unfinished.3")).doesNotExist();
        byte[] newest = Files.readAllBytes(file.file());
        newest[newest.length - 7] ^= 4;
        Files.write(file.file(), newest);
        Listener rest = new Listener(-1);
        Map<String, Tensor> found = train(options, Optional.of(file), rest);
        // it was kept after the last step twice, once as it was time to and once as it was stopped
        assertThat(rest.resumed).isBetween(2L, 3L);
        Map<String, Tensor> expected = train(options, Optional.empty(), TrainingListener.NONE);
        expected.forEach((name, tensor) -> assertThat(found.get(name).data()).as(name).isEqualTo(tensor.data()));
        file.delete();
        try (Stream<Path> left = Files.list(file.file().getParent())) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void aStateOfOtherOptionsIsRefused() {
        try (TrainingSession sgd = new TrainingSession(NET, BARS, Recipes.of("{}"), Trainer.Start.SCRATCH, 3, 1);
             TrainingSession adamW = new TrainingSession(NET, BARS, Recipes.of("{optimizer: {algorithm: adamw}}"), Trainer.Start.SCRATCH, 3, 1)) {
            assertThatThrownBy(() -> adamW.restore(sgd.state())).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageMatching("The state is of another training: mean should be \\[\\d+], found nothing");
        }
    }
}
