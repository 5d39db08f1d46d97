package io.fullynested.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.search.Evaluation;
import io.fullynested.core.data.DatasetDigest;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.task.Classification;
import io.fullynested.core.task.Scorer;
import io.fullynested.core.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WatchTest {

    private static final Dataset BARS = new Bars(256, Bars.PLACE);
    private static final Supernet NET = Bars.net(true);

    @TempDir
    private Path folder;

    /** Remembers all, and cancels after a step. */
    private static final class Listener implements TrainingListener {

        private final long last;
        private final Map<Integer, Map<String, Tensor>> masters = new HashMap<>();
        private final List<Validated> measured = new ArrayList<>();
        private int epochs;
        private int kept;
        private long step;

        Listener(long last) {
            this.last = last;
        }

        @Override
        public void resumed(long steps, long of, List<Progress> past, List<Validated> before) {
            measured.addAll(before);
        }

        @Override
        public void step(Progress at) {
            step = at.step();
        }

        @Override
        public void validated(Validated at) {
            measured.add(at);
        }

        @Override
        public void checkpoint(Progress at, Supplier<Map<String, Tensor>> now) {
            masters.put(at.epoch(), now.get());
        }

        @Override
        public void ended(int all, int best) {
            epochs = all;
            kept = best;
        }

        @Override
        public boolean cancelled() {
            return step == last;
        }
    }

    /** Gives the next of some scores each time, to the full network more and to the smallest less by as much. */
    private static Validator scores(double... scores) {
        List<Double> left = new ArrayList<>();
        for (double score : scores) {
            left.add(score);
        }
        return masters -> {
            double score = left.remove(0);
            return new Validator.Measured(new Evaluation(score + 0.125, 1, 10), new Evaluation(score - 0.125, 2, 10));
        };
    }

    private static Map<String, Tensor> train(TrainingOptions options, int threads, Optional<UnfinishedTraining> kept, Optional<Validator> validator,
                                             TrainingListener listener) {
        return Trainer.train(NET, BARS, Scorer.classification(BARS), options, Trainer.Start.SCRATCH, 3, threads, kept, validator, listener);
    }

    private static void same(Map<String, Tensor> found, Map<String, Tensor> expected) {
        assertThat(found.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, tensor) -> assertThat(found.get(name).data()).as(name).isEqualTo(tensor.data()));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void whatIsMeasuredChangesNothingThatIsLearnt(int threads) {
        TrainingOptions options = Recipes.of("{epochs: 4, validation: {every: 1}}");
        Listener listener = new Listener(-1);
        Validator validator = masters -> {
            double full = Bars.accuracy(NET, NET.axes().full(), masters);
            return new Validator.Measured(new Evaluation(full, 1, 100), new Evaluation(Bars.accuracy(NET, NET.axes().smallest(), masters), 1, 100));
        };
        Map<String, Tensor> measured = train(options, threads, Optional.empty(), Optional.of(validator), listener);
        same(measured, train(options, threads, Optional.empty(), Optional.empty(), TrainingListener.NONE));
        assertThat(listener.measured).extracting(TrainingListener.Validated::epoch).containsExactly(1, 2, 3, 4);
        assertThat(listener.kept).isEqualTo(4);
    }

    @Test
    void aTrainingWithoutGainEndsAndGivesWhatWasBest() {
        TrainingOptions options = Recipes.of("{epochs: 9, early-stopping: {patience: 3}}");
        Listener listener = new Listener(-1);
        Map<String, Tensor> found = train(options, 1, Optional.empty(), Optional.of(scores(0.25, 0.5, 0.375, 0.5, 0.4375)), listener);
        assertThat(listener.epochs).isEqualTo(5);
        assertThat(listener.kept).isEqualTo(2);
        assertThat(listener.measured.get(1).score()).isEqualTo(0.5);
        same(found, listener.masters.get(2));
        // a rise that is less than wanted counts for what is best, and not for going on
        Listener small = new Listener(-1);
        found = train(Recipes.of("{epochs: 9, early-stopping: {patience: 3, min-delta: 0.25}}"), 1, Optional.empty(),
                Optional.of(scores(0.25, 0.375, 0.4375, 0.40625)), small);
        assertThat(small.epochs).isEqualTo(4);
        assertThat(small.kept).isEqualTo(3);
        same(found, small.masters.get(3));
    }

    @Test
    void allEpochsMayBeTrainedForTheBest() {
        Listener listener = new Listener(-1);
        Map<String, Tensor> found = train(Recipes.of("{epochs: 5, restore-best: true}"), 1, Optional.empty(),
                Optional.of(scores(0.5, Double.NaN, 0.25, 0.25, 0.125)), listener);
        assertThat(listener.epochs).isEqualTo(5);
        assertThat(listener.kept).isEqualTo(1);
        same(found, listener.masters.get(1));
        Listener none = new Listener(-1);
        found = train(Recipes.of("{epochs: 2, restore-best: true}"), 1, Optional.empty(), Optional.of(scores(Double.NaN, Double.NaN)), none);
        assertThat(none.kept).isEqualTo(2);
        same(found, none.masters.get(2));
    }

    /** An epoch has two steps. */
    @ParameterizedTest
    @ValueSource(longs = {3, 4, 5, 8, 9, 10})
    void whatWasStoppedGoesOnToTheSameEnd(long stop) {
        TrainingOptions options = Recipes.of("{epochs: 9, early-stopping: {patience: 3}}");
        double[] scores = {0.25, 0.5, 0.375, 0.5, 0.4375};
        Listener whole = new Listener(-1);
        Map<String, Tensor> expected = train(options, 1, Optional.empty(), Optional.of(scores(scores)), whole);
        UnfinishedTraining file = new UnfinishedTraining(folder.resolve("training.unfinished"), UnfinishedTraining.identity(NET, DatasetDigest.of(BARS),
                Classification.standard(), options, Trainer.Start.SCRATCH, 3).toString());
        assertThatThrownBy(() -> train(options, 1, Optional.of(file), Optional.of(scores(scores)), new Listener(stop))).isInstanceOf(CancellationException.class);
        Listener rest = new Listener(-1);
        double[] left = IntStream.range((int) stop / 2, scores.length).mapToDouble(i -> scores[i]).toArray();
        same(train(options, 1, Optional.of(file), Optional.of(scores(left)), rest), expected);
        assertThat(rest.measured).isEqualTo(whole.measured);
        assertThat(rest.epochs).isEqualTo(5);
        assertThat(rest.kept).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"60, , false, 10", "60, , true, 60", "4, , false, 4", "25, , false, 10", "60, 7, false, 9", "60, 7, true, 9", "60, 0, false, 0", "1, 5, false, 1"})
    void itLooksAsOftenAsIsSaid(int epochs, Integer every, boolean each, int times) {
        Validation validation = new Validation(Optional.ofNullable(every), 100);
        List<Integer> due = IntStream.rangeClosed(1, epochs).filter(epoch -> validation.isDue(epoch, epochs, each)).boxed().toList();
        assertThat(due).hasSize(times);
        assertThat(due.isEmpty() || due.get(due.size() - 1) == epochs).isTrue();
    }

    @Test
    void whatContradictsItselfIsRefused() {
        assertThatThrownBy(() -> Recipes.of("{restore-best: true, validation: {every: 0}}")).hasMessageContaining("Maybe every: 1?");
        assertThatThrownBy(() -> Recipes.of("{recipe: nested-net, early-stopping: {}}")).hasMessageContaining("Maybe restore-best: true?");
        assertThatThrownBy(() -> Recipes.of("{validation: {every: -1}}")).hasMessageContaining("found -1");
        assertThatThrownBy(() -> train(Recipes.of("{epochs: 1, restore-best: true}"), 1, Optional.empty(), Optional.empty(), TrainingListener.NONE))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("need validation images");
    }
}
