package io.fullynested.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.graph.Shape;
import io.fullynested.core.block.Classifier;
import io.fullynested.core.block.ConvBlock;
import io.fullynested.core.block.DenseBlock;
import io.fullynested.core.block.Nonlinearity;
import io.fullynested.core.block.ResidualStage;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.Parameters;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.quantize.MidRise;
import io.fullynested.core.spec.NestingOptions;
import io.fullynested.core.spec.NestingOptions.Granularity;
import io.fullynested.core.spec.NestingOptions.Level;
import io.fullynested.core.spec.NetworkSpec;
import io.fullynested.core.spec.QuantizationOptions;
import io.fullynested.core.spec.QuantizationOptions.Bits;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.training.TrainingOptions.Algorithm;
import io.fullynested.training.TrainingOptions.Augmentation;
import io.fullynested.training.TrainingOptions.Optimizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;

class TrainerTest {

    private static final Dataset BARS = new Bars(512);
    private static final Supernet NET = net();

    /** Noisy images with a bright bar, whose place is the label. */
    private record Bars(int size) implements Dataset {
        @Override
        public Shape shape() {
            return Shape.image(1, 8, 8);
        }

        @Override
        public List<String> classes() {
            return List.of("first", "second", "third", "fourth");
        }

        @Override
        public int label(int index) {
            return index % 4;
        }

        @Override
        public void read(int index, float[] into, int from) {
            SplittableRandom noise = new SplittableRandom(index);
            for (int i = 0; i < 64; i++) {
                into[from + i] = (float) (noise.nextDouble() * 0.5 + (i / 16 == label(index) ? 0.4 : 0));
            }
        }
    }

    private static Supernet net() {
        Level shares = new Level(List.of(.5, 1.), 1, Granularity.LAYER);
        Level all = new Level(List.of(), 1, Granularity.LAYER);
        Optional<Bits> bits = Optional.of(new Bits(8, 4, List.of(), Granularity.BLOCK));
        List<NetworkSpec.Block> blocks = List.of(
                new NetworkSpec.Block("stem", new ConvBlock(8, 3, 2, 1, Nonlinearity.RELU), true, Optional.empty()),
                new NetworkSpec.Block("stage", new ResidualStage(8, 2, 2, 3, 3, 1), true, Optional.empty()),
                new NetworkSpec.Block("dense", new DenseBlock(16, Nonlinearity.RELU), true, Optional.empty()),
                new NetworkSpec.Block("classifier", new Classifier(4), true, Optional.empty()));
        return new Supernet(new NetworkSpec(new NetworkSpec.Input(1, 8, 8), blocks, new NestingOptions(shares, shares, all, all),
                new QuantizationOptions(bits, bits, new MidRise(2))));
    }

    private static TrainingOptions options(int epochs, Algorithm algorithm, double learningRate, double averaging) {
        TrainingOptions o = TrainingOptions.epochs(epochs);
        return new TrainingOptions(epochs, 32, 2, new Optimizer(algorithm, learningRate, .15, .9, 1e-4, 5), 0.02, o.orderedDropout(),
                o.orderedDropoutPerLevel(), .5, new Augmentation(1, true), averaging, 500);
    }

    private static double accuracy(Map<String, Tensor> masters, boolean smallest) {
        try (TorchEngine engine = new TorchEngine(1)) {
            Model model = new Model(NET.compile(smallest ? NET.axes().smallest() : NET.axes().full()), new Parameters(masters, new MidRise(2)));
            Tensor images = Tensor.zeros(512, 1, 8, 8);
            for (int i = 0; i < 512; i++) {
                BARS.read(i, images.data(), i * 64);
            }
            float[] logits = engine.run(model.with(engine.recalibrate(model, images)), images).data();
            int right = 0;
            for (int i = 0; i < 512; i++) {
                right += greatest(Arrays.copyOfRange(logits, i * 4, i * 4 + 4)) == i % 4 ? 1 : 0;
            }
            return right / 512.0;
        }
    }

    private static int greatest(float[] row) {
        int best = 0;
        for (int c = 1; c < row.length; c++) {
            best = row[c] > row[best] ? c : best;
        }
        return best;
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
            assertThat(epochs.get(11).loss()).isLessThan(epochs.get(0).loss() / 2);
            assertThat(epochs.get(11).step()).isEqualTo(epochs.get(11).steps()).isEqualTo(12 * 8);
            assertThat(accuracy(masters, false)).as("full, %s", algorithm).isGreaterThan(.97);
            assertThat(accuracy(masters, true)).as("smallest, %s", algorithm).isGreaterThan(.9);
        }
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
        long[] bytes = new long[2];
        Trainer.train(NET, BARS, options(60, Algorithm.SGD, .1, 0), 3, 1, new TrainingListener() {
            @Override
            public void epoch(Progress progress) {
                if (progress.epoch() == 30) {
                    bytes[0] = Pointer.physicalBytes();
                }
                bytes[1] = Pointer.physicalBytes();
            }
        });
        // 240 steps of about 1 MB of signals each
        assertThat(bytes[1] - bytes[0]).isLessThan(40L << 20);
    }
}
