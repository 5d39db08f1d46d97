package io.fullynested.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fullynested.core.model.Ranking;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SignalToNoiseTest {

    private static final Supernet NET = Bars.net(false);
    private static final Bars BARS = new Bars(256, Bars.PLACE);

    @BeforeAll
    static void load() {
        LibTorch.load(1);
    }

    /** Against sums over 200,000 strips of the density of log θ. */
    @ParameterizedTest
    @CsvSource({"0, 0.2", "-1, 0.5", "-3, 2", "-10, 4", "0.5, 1"})
    void momentsAndDivergenceAreTheirIntegrals(double mu, double sigma) {
        TruncatedLogNormal q = new TruncatedLogNormal(mu, sigma);
        DoubleUnaryOperator bell = x -> Math.exp(-Math.pow((x - mu) / sigma, 2) / 2);
        double mass = integral(bell);
        double mean = integral(x -> Math.exp(x) * bell.applyAsDouble(x)) / mass;
        double square = integral(x -> Math.exp(2 * x) * bell.applyAsDouble(x)) / mass;
        double divergence = integral(x -> {
            double density = bell.applyAsDouble(x) / mass;
            return density > 0 ? density * Math.log(density * 20) : 0;
        });
        assertThat(q.mean()).isCloseTo(mean, within(1e-4 * mean));
        assertThat(q.signalToNoise()).isCloseTo(mean / Math.sqrt(square - mean * mean), within(2e-3 * q.signalToNoise()));
        assertThat(q.divergence()).isCloseTo(divergence, within(1e-4));
        double sampled = 0;
        for (int i = 0; i < 10_000; i++) {
            sampled += Math.exp(q.log((i + .5) / 10_000)) / 10_000;
        }
        assertThat(sampled).as("mean of quantiles").isCloseTo(mean, within(2e-3 * mean));
    }

    private static double integral(DoubleUnaryOperator f) {
        int strips = 200_000;
        double sum = 0;
        for (int i = 0; i < strips; i++) {
            sum += f.applyAsDouble(-20 + 20 * (i + .5) / strips) * 20 / strips;
        }
        return sum;
    }

    /** Neurons that say nothing bear any noise; those of a trained network do not. */
    @Test
    void whatSaysNothingBearsTheMostNoise() {
        Map<String, Tensor> masters = new TreeMap<>(Trainer.train(NET, BARS, Recipes.of("{epochs: 6, batch-size: 32, ordered-dropout: {kind: curriculum, start: 1, end: 1}}"),
                3, 1, TrainingListener.NONE));
        for (String name : new String[] {"dense/norm/gamma", "dense/norm/beta"}) {
            Tensor silent = new Tensor(masters.get(name).shape(), masters.get(name).data().clone());
            Arrays.fill(silent.data(), 2, 6, 0);
            masters.put(name, silent);
        }
        Map<String, float[]> ratios = SignalToNoise.of(NET, masters, BARS, 60, new Randomness(1));
        float[] neurons = ratios.get("dense/norm/gamma");
        float[] sorted = neurons.clone();
        Arrays.sort(sorted);
        assertThat(Arrays.copyOfRange(neurons, 2, 6)).as("%s", Arrays.toString(neurons)).containsExactlyInAnyOrder(Arrays.copyOf(sorted, 4));
        assertThat(sorted[4]).isGreaterThan(sorted[3] * 1.05f);

        float[] ranked = Ranking.by(NET, masters, ratios).masters().get("dense/norm/gamma").data();
        assertThat(Arrays.copyOfRange(ranked, 12, 16)).containsOnly(0);
        assertThat(Arrays.copyOf(ranked, 12)).doesNotContain(0);
        assertThat(SignalToNoise.of(NET, masters, BARS, 3, new Randomness(1)).get("dense/norm/gamma"))
                .isEqualTo(SignalToNoise.of(NET, masters, BARS, 3, new Randomness(1)).get("dense/norm/gamma"));
    }

    @Test
    void aTrainingRanksByItOnceTheFullNetworkHasLearntAlone() {
        TrainingOptions options = Recipes.of("{epochs: 4, batch-size: 32, warm-start: {share: 0.5, rank: signal-to-noise}}");
        try (TrainingSession session = new TrainingSession(NET, BARS, options, Trainer.Start.SCRATCH, 3, 1)) {
            int alone = (int) session.steps() / 2;
            for (int step = 0; step < alone; step++) {
                session.gradients(step, session.draw(step));
                session.reduce();
                session.update(session.learningRate(step));
            }
            Map<String, Tensor> before = session.masters();
            session.gradients(alone, session.draw(alone));
            Map<String, Tensor> ranked = session.masters();
            Map<String, Tensor> expected = Ranking.by(NET, before, SignalToNoise.of(NET, before, BARS, 200, new Randomness(3))).masters();
            assertThat(ranked.get("dense/norm/gamma").data()).isEqualTo(expected.get("dense/norm/gamma").data())
                    .isNotEqualTo(before.get("dense/norm/gamma").data());
        }
        assertThatThrownBy(() -> Recipes.of("{warm-start: {share: 0.5, rank: noise}}")).hasMessageContaining("expected one of none, norm, signal-to-noise");
    }
}
