package io.fullynested.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.NestingLevel;
import io.fullynested.core.model.Supernet;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PrefixNoiseTest {

    private static final Supernet NET = Bars.net(false);
    private static final NestedAxis NEURONS = NET.axes().axis("dense.neurons");

    private static Map<String, float[]> ratios(float first, float rest) {
        Map<String, float[]> ratios = new HashMap<>();
        NET.masters().stream().filter(master -> master.name().endsWith("/gamma")).forEach(master -> ratios.put(master.name(), new float[master.shape()[0]]));
        ratios.values().forEach(all -> Arrays.fill(all, 7));
        float[] neurons = ratios.get("dense/norm/gamma");
        for (int i = 0; i < neurons.length; i++) {
            neurons[i] = i < NEURONS.smallest() ? first : rest;
        }
        return ratios;
    }

    @Test
    void isHowMuchOfTheSignalToNoiseOfTheFirstTermsTheOthersHave() {
        assertThat(PrefixNoise.probabilities(NET, NEURONS, ratios(4, 1)).orElseThrow()).containsExactly(.75, .25);
        assertThat(PrefixNoise.probabilities(NET, NEURONS, ratios(4, 9)).orElseThrow()).as("no more than always").containsExactly(0, 1);
        NET.axes().axes().stream().filter(axis -> axis.level() == NestingLevel.BITS)
                .forEach(axis -> assertThat(PrefixNoise.probabilities(NET, axis, ratios(4, 1))).as(axis.id()).isEmpty());
    }

    @Test
    void drawsBeginWithIt() {
        TrainingOptions options = Recipes.of("{ordered-dropout: {kind: learned, from: signal-to-noise, rate: 0}, warm-start: {share: 0.5, rank: signal-to-noise}}");
        Map<String, double[]> priors = new HashMap<>();
        NET.axes().axes().forEach(axis -> priors.put(axis.id(), options.orderedDropout(axis.level()).probabilities(axis, 0)));
        try (TrainingState state = new TrainingState(TorchDevice.CPU)) {
            LearnedDraws draws = new LearnedDraws(NET, options, state);
            draws.begin(priors, ratios(4, 1));
            assertThat(draws.of(NEURONS, priors.get(NEURONS.id()))).containsExactly(new double[] {.75, .25}, within(1e-6));
            draws.begin(priors, ratios(4, 9));
            assertThat(draws.of(NEURONS, priors.get(NEURONS.id()))[0]).as("seldom, not never").isCloseTo(.02 / 1.02, within(1e-6));
        }
    }

    @Test
    void aTrainingBeginsWithItOnceItIsMeasured() {
        TrainingOptions options = Recipes.of("{epochs: 4, batch-size: 32, ordered-dropout: {kind: learned, from: signal-to-noise, rate: 0}, "
                + "warm-start: {share: 0.5, rank: signal-to-noise}}");
        try (TrainingSession session = new TrainingSession(NET, new Bars(256, Bars.PLACE), options, Trainer.Start.SCRATCH, 3, 1)) {
            for (int step = 0; step <= session.steps() / 2; step++) {
                session.gradients(step, session.draw(step));
                session.reduce();
                session.update(session.learningRate(step));
                if (step == 0) {
                    assertThat(session.learnedDraws()).allSatisfy((axis, q) -> assertThat(q).isEqualTo(List.of(.5, .5)));
                }
            }
            assertThat(session.learnedDraws().get(NEURONS.id()).get(0)).isNotEqualTo(.5);
        }
        assertThatThrownBy(() -> new TrainingSession(NET, new Bars(64, Bars.PLACE), Recipes.of("{ordered-dropout: {kind: learned, from: signal-to-noise}}"),
                Trainer.Start.SCRATCH, 3, 1)).hasMessageContaining("which no warm start measures. Maybe warm-start: {share: 0.2, rank: signal-to-noise}?");
    }
}
