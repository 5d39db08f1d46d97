package io.fullynested.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.graph.Shape;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.task.Scorer;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.training.TrainingOptions.Augmentation;
import io.fullynested.training.TrainingOptions.Augmentation.Strength;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MixingTest {

    private static Augmentation mixing(double mixup, double cutmix) {
        return new Augmentation(Strength.NONE, 0, false, 1, 0, 0, 0, mixup, cutmix, 0, 9);
    }

    @Test
    void theShareIsWhatIsSeen() {
        List<Shape> parts = List.of(Shape.image(2, 9, 7), Shape.flat(5));
        float[] ones = new float[2 * 9 * 7 + 5];
        Arrays.fill(ones, 1);
        int cuts = 0;
        for (int seed = 0; seed < 300; seed++) {
            float[] pixels = new float[ones.length + 3];
            Mixing mixing = Mixing.draw(mixing(0.4, 1), new SplittableRandom(seed));
            double share = mixing.apply(parts, pixels, 3, ones);
            assertThat(share).isBetween(0.5, 1.0);
            double sum = 0;
            for (int i = 3; i < 3 + 2 * 9 * 7; i++) {
                assertThat(pixels[i]).isBetween(0f, 1f);
                sum += pixels[i];
            }
            assertThat(sum / (2 * 9 * 7)).isCloseTo(1 - share, within(1e-5));
            assertThat(Arrays.copyOf(pixels, 3)).containsOnly(0);
            cuts += mixing.cut() ? 1 : 0;
        }
        assertThat(cuts).isBetween(110, 190);
    }

    /** Of Beta(1, 1), which is uniform, the greater of share and rest has the mean 0.75; the smaller the a, the more is the image's own. */
    @Test
    void sharesAreOfTheirDistribution() {
        assertThat(mean(1)).isCloseTo(0.75, within(0.01));
        assertThat(mean(2)).isCloseTo(0.6875, within(0.01));
        assertThat(mean(0.001)).isGreaterThan(0.99);
    }

    private static double mean(double a) {
        double sum = 0;
        for (int seed = 0; seed < 5000; seed++) {
            sum += Mixing.draw(mixing(a, 0), new SplittableRandom(seed)).share();
        }
        return sum / 5000;
    }

    @ParameterizedTest
    @ValueSource(strings = {"mixup: 0.4", "cutmix: 1", "strength: strong, mixup: 0.2, cutmix: 1"})
    void whatIsLearntOfMixedImagesIsTheSameForAnyThreads(String augmentation) {
        Dataset bars = new Bars(256, Bars.PLACE);
        Supernet net = Bars.net(true);
        TrainingOptions options = Recipes.of("{epochs: 3, augmentation: {" + augmentation + "}}");
        Map<String, Tensor> one = Trainer.train(net, bars, Scorer.classification(bars), options, Trainer.Start.SCRATCH, 3, 1, Optional.empty(), TrainingListener.NONE);
        Map<String, Tensor> two = Trainer.train(net, bars, Scorer.classification(bars), options, Trainer.Start.SCRATCH, 3, 2, Optional.empty(), TrainingListener.NONE);
        one.forEach((name, tensor) -> assertThat(two.get(name).data()).as(name).isEqualTo(tensor.data()));
    }

    @Test
    void aValueBeyondItsRangeIsRefused() {
        assertThatThrownBy(() -> Recipes.of("{augmentation: {mixup: 3}}")).hasMessageContaining("mixup");
    }
}
