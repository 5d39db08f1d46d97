package io.fullynested.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fullynested.api.data.Dataset;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.spec.NetworkSpec;
import io.fullynested.core.task.Scorer;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.training.TrainingOptions.Algorithm;
import io.fullynested.training.TrainingOptions.Augmentation;
import io.fullynested.training.TrainingOptions.Optimizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TrainerTest {

    private static final Dataset BARS = new Bars(512, Bars.PLACE);
    private static final Supernet NET = Bars.net(true);

    private static TrainingOptions options(int epochs, Algorithm algorithm, double learningRate, double averaging) {
        TrainingOptions o = TrainingOptions.epochs(epochs);
        return new TrainingOptions(o.recipe(), epochs, o.cost(), 32, 2, o.draws(), false, new Optimizer(algorithm, learningRate, .15, .9, 1e-4, 5), 0.02, o.orderedDropout(),
                o.orderedDropoutPerLevel(), .5, o.opening(), o.distillation(), 0, o.warmStart(), true, new Augmentation(1, true), averaging, 500, Optional.empty(),
                o.validation(), Optional.empty(), false, o.device());
    }

    @Test
    void everySubmodelLearns() {
        for (Algorithm algorithm : Algorithm.values()) {
            List<TrainingListener.Progress> epochs = new ArrayList<>();
            Map<String, Tensor> masters = Trainer.train(NET, BARS, options(12, algorithm, algorithm == Algorithm.SGD ? 0.1 : 0.005, 0.9), 3, 1,
                    new TrainingListener() {
                        @Override
                        public void epoch(Progress progress) {
                            epochs.add(progress);
                        }
                    });
            assertThat(epochs).hasSize(12);
            assertThat(epochs.get(11).loss()).isLessThan(0.6 * epochs.get(0).loss());
            assertThat(epochs.get(11).step()).isEqualTo(epochs.get(11).steps()).isEqualTo(12 * 8);
            assertThat(Bars.accuracy(NET, NET.axes().full(), masters)).as("full, %s", algorithm).isGreaterThan(.97);
            assertThat(Bars.accuracy(NET, NET.axes().smallest(), masters)).as("smallest, %s", algorithm).isGreaterThan(.9);
        }
    }

    @ParameterizedTest
    @EnumSource(Recipe.class)
    void everyRecipeLearns(Recipe recipe) {
        Bars bars = new Bars(256, Bars.PLACE);
        Optional<Map<String, Tensor>> begun = recipe == Recipe.IMPORT ? Optional.of(Trainer.train(NET, bars, options(3, Algorithm.SGD, .1, 0), 3, 1, TrainingListener.NONE))
                : Optional.empty();
        TrainingOptions options = Recipes.of("{recipe: " + recipe.name().toLowerCase(Locale.ROOT).replace('_', '-')
                + ", epochs: 5, batch-size: 32, optimizer: {learning-rate: 0.1}" + (begun.isPresent() ? ", warm-start: {checkpoint: a-file}}" : "}"));
        Map<String, Tensor> masters = Trainer.train(NET, bars, Scorer.classification(bars), options, new Trainer.Start(begun, Optional.empty(), Optional.empty()), 3, 1,
                Optional.empty(), TrainingListener.NONE);
        assertThat(Bars.accuracy(NET, NET.axes().full(), masters)).isGreaterThan(.8);
    }

    @Test
    void aRankedStartIsTheSameFullNetworkInAnotherOrder() {
        Map<String, Tensor> trained = Trainer.train(NET, BARS, options(6, Algorithm.SGD, .1, 0), 3, 1, TrainingListener.NONE);
        double before = Bars.accuracy(NET, NET.axes().full(), trained);
        NET.masters().stream().filter(master -> master.name().endsWith("/clip")).forEach(master -> trained.remove(master.name()));
        TrainingOptions options = Recipes.of("{epochs: 1, optimizer: {learning-rate: 1e-7}, warm-start: {checkpoint: a-file, rank: norm}}");
        Map<String, Tensor> masters = Trainer.train(NET, BARS, Scorer.classification(BARS), options, new Trainer.Start(Optional.of(trained), Optional.empty(), Optional.empty()),
                3, 1, Optional.empty(), TrainingListener.NONE);
        assertThat(Bars.accuracy(NET, NET.axes().full(), masters)).isCloseTo(before, within(.03)).isGreaterThan(.9);
        float[] unranked = trained.get("dense/norm/gamma").data();
        float[] ranked = masters.get("dense/norm/gamma").data();
        assertThat(Math.abs(ranked[0] - unranked[0]) + Math.abs(ranked[1] - unranked[1])).isGreaterThan(1e-3f);
    }

    @Test
    void batchNormsAndClipsOfTheirOwnLearnEachForItself() {
        Supernet net = Bars.switchable();
        TrainingOptions options = Recipes.of("{recipe: slimmable, epochs: 5, batch-size: 32, submodels-per-step: 2, optimizer: {learning-rate: 0.1}}");
        Map<String, Tensor> masters = Trainer.train(net, BARS, options, 3, 1, TrainingListener.NONE);
        assertThat(Bars.accuracy(net, net.axes().full(), masters)).isGreaterThan(.9);
        assertThat(Bars.accuracy(net, net.axes().smallest(), masters)).isGreaterThan(.9);
        float[] wide = masters.get("stem/norm/gamma@8@w8").data();
        float[] narrow = masters.get("stem/norm/gamma@4@w4").data();
        assertThat(narrow[0]).isNotEqualTo(wide[0]).isNotEqualTo(1);
        assertThat(narrow[7]).as("not used by the narrow one").isEqualTo(1);
        assertThat(masters.get("stem/relu/clip@a4").data()[0]).isNotEqualTo(masters.get("stem/relu/clip@a8").data()[0]).isNotEqualTo(1);
    }

    @Test
    void sameSeedGivesTheSameBytesWhateverTheThreads() {
        Map<String, Tensor> one = Trainer.train(NET, BARS, options(2, Algorithm.SGD, .1, 0), 3, 1, TrainingListener.NONE);
        Map<String, Tensor> two = Trainer.train(NET, BARS, options(2, Algorithm.SGD, .1, 0), 3, 1, TrainingListener.NONE);
        Map<String, Tensor> other = Trainer.train(NET, BARS, options(2, Algorithm.SGD, .1, 0), 4, 1, TrainingListener.NONE);
        assertThat(one.keySet()).containsExactlyInAnyOrderElementsOf(NET.masters().stream().map(m -> m.name()).toList());
        Map<String, Tensor> parallel = Trainer.train(NET, BARS, options(2, Algorithm.SGD, .1, 0), 3, 2, TrainingListener.NONE);
        one.forEach((name, tensor) -> assertThat(Arrays.equals(parallel.get(name).data(), tensor.data())).as(name).isTrue());
        one.forEach((name, tensor) -> assertThat(Arrays.equals(two.get(name).data(), tensor.data())).as(name).isTrue());
        assertThat(other.get("stem/conv/weight").data()).isNotEqualTo(one.get("stem/conv/weight").data());
    }

    @Test
    void clipsFollowTheirSignals() {
        Map<String, Tensor> masters = Trainer.train(NET, BARS, options(2, Algorithm.SGD, .1, 0), 3, 1, TrainingListener.NONE);
        NET.masters().stream().filter(m -> m.name().endsWith("/clip"))
                .forEach(m -> assertThat(masters.get(m.name()).data()[0]).as(m.name()).isBetween(0.01f, 50f).isNotEqualTo(1f));
    }

    @Test
    void aListenerCancels() {
        long[] steps = new long[1];
        assertThatThrownBy(() -> Trainer.train(NET, BARS, options(2, Algorithm.SGD, .1, 0), 3, 1, new TrainingListener() {
            @Override
            public void step(Progress progress) {
                steps[0] = progress.step();
            }

            @Override
            public boolean cancelled() {
                return steps[0] == 3;
            }
        })).isInstanceOf(CancellationException.class).hasMessageContaining("step 3 of 16");
    }

    @Test
    void aLossThatIsNoNumberStopsTraining() {
        assertThatThrownBy(() -> Trainer.train(NET, BARS, options(4, Algorithm.SGD, 1e30, 0), 3, 1, TrainingListener.NONE))
                .isInstanceOf(IllegalStateException.class).hasMessageMatching("(?s)The (loss|gradient) became .* in (step|update) .*Maybe.*");
    }

    @Test
    void imagesOfAnotherShapeAreRefused() {
        Supernet other = new Supernet(new NetworkSpec(new NetworkSpec.Input(3, 8, 8), NET.spec().blocks(), NET.spec().nesting(), NET.spec().quantization()));
        assertThatThrownBy(() -> Trainer.train(other, BARS, options(1, Algorithm.SGD, .1, 0), 3, 1, TrainingListener.NONE))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("3×8×8").hasMessageContaining("1×8×8");
    }

    @Test
    void memoryStaysFlat() {
        List<Long> bytes = new ArrayList<>();
        Trainer.train(NET, BARS, options(40, Algorithm.SGD, .1, 0), 3, 1, new TrainingListener() {
            @Override
            public void epoch(Progress progress) {
                if (progress.epoch() % 10 == 0) {
                    bytes.add(Pointer.physicalBytes());
                }
            }
        });
        // Java's heap may grow at any time, but not between all of these; 40 steps of about 1 MB of signals each
        assertThat(IntStream.range(1, bytes.size()).mapToLong(i -> bytes.get(i) - bytes.get(i - 1)).min().orElseThrow()).isLessThan(20L << 20);
    }
}
