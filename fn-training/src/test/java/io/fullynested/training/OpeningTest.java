package io.fullynested.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.task.Scorer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

class OpeningTest {

    private static final Supernet NET = Bars.net(true);
    private static final IntUnaryOperator NOISE = index -> new SplittableRandom(index).nextInt(4);
    private static final SubmodelSpec FULL = NET.axes().full();

    private static double macs(SubmodelSpec submodel) {
        return NET.compile(submodel).macs();
    }

    /** The draws of all steps. */
    private static List<List<SubmodelSpec>> train(String yaml, IntUnaryOperator labels) {
        List<List<SubmodelSpec>> drawn = new ArrayList<>();
        try (TrainingSession session = new TrainingSession(NET, new Bars(512, labels), Recipes.of(yaml), Trainer.Start.SCRATCH, 3, 1)) {
            for (long step = 0; step < session.steps(); step++) {
                drawn.add(session.draw(step));
                session.gradients(step, session.draw(step));
                session.reduce();
                session.update(session.learningRate(step));
            }
            assertThat((long) drawn.size()).isEqualTo(session.steps()).isEqualTo((long) session.epochs() * session.stepsPerEpoch());
        }
        return drawn;
    }

    @Test
    void prefixesOpenWhileTheLossFallsAndStayOpen() {
        try (TrainingState state = new TrainingState(TorchDevice.CPU)) {
            Opened opened = new Opened(NET, Opening.STANDARD, new Loss.Span(1.4, 0), Double.NaN, state);
            opened.follow(List.of(FULL), 0.1, 0);
            assertThat(opened.open()).as("one loss tells nothing").isZero();
            for (int step = 0; step < 200; step++) {
                opened.follow(List.of(FULL), 1.35, 0.001);
            }
            assertThat(opened.open()).as("nothing learnt").isLessThan(0.05);
            List<Double> open = new ArrayList<>();
            for (int step = 0; step < 130; step++) {
                opened.follow(List.of(FULL), 0.7, 0.001);
                open.add(opened.open());
            }
            assertThat(open).isSorted().last().isEqualTo(1.0);
            assertThat(open.get(60)).as("by a hundredth in a step").isBetween(0.3, 0.62);
            opened.follow(List.of(FULL), 1.4, 0.001);
            assertThat(opened.open()).isEqualTo(1);
            assertThat(opened.rate()).isEqualTo(1);
        }
    }

    /** Four classes, smoothed by 0.1: ln 4 of one who sees nothing, the entropy of 0.925 and three times 0.025 at best. */
    @Test
    void whatSmoothedLabelsLeaveIsNoLoss() {
        Bars images = new Bars(64, Bars.PLACE);
        LibTorch.load(1);
        Loss.Span smoothed = Loss.span(Scorer.classification(images).objective(), Recipes.of("{label-smoothing: 0.1}"), images);
        assertThat(smoothed.blind()).isCloseTo(Math.log(4), within(0.02));
        assertThat(smoothed.least()).isCloseTo(-0.925 * Math.log(0.925) - 0.075 * Math.log(0.025), within(1e-4));
        assertThat(smoothed.left(smoothed.least())).isZero();
        assertThat(Loss.span(Scorer.classification(images).objective(), Recipes.of("{}"), images).least()).isZero();
    }

    @Test
    void theFullNetworkBegins() {
        List<List<SubmodelSpec>> drawn = train("{epochs: 4, batch-size: 32}", Bars.PLACE);
        assertThat(drawn.subList(0, 5)).allSatisfy(some -> assertThat(some).containsOnly(FULL));
        assertThat(drawn.subList(16, 32)).anySatisfy(some -> assertThat(some).doesNotContain(FULL));
    }

    @Test
    void aCostHoldsThoughTheFullNetworkCostsMore() {
        for (IntUnaryOperator labels : List.<IntUnaryOperator>of(Bars.PLACE, NOISE)) {
            List<List<SubmodelSpec>> drawn = train("{epochs: 12, cost: 1, batch-size: 32}", labels);
            double spent = drawn.stream().flatMap(List::stream).mapToDouble(OpeningTest::macs).sum() * 32 / 512 / macs(FULL);
            assertThat(spent).isCloseTo(12, within(1.1));
        }
    }

    @Test
    void theRateRisesWithWhatIsOpen() {
        try (TrainingSession session = new TrainingSession(NET, new Bars(512, Bars.PLACE), Recipes.of("{epochs: 5, optimizer: {warm-up: 0}}"),
                Trainer.Start.SCRATCH, 3, 1);
                TrainingSession atOnce = new TrainingSession(NET, new Bars(512, Bars.PLACE), Recipes.of("{epochs: 5, optimizer: {warm-up: 0}, opening: {latest: 0}}"),
                        Trainer.Start.SCRATCH, 3, 1)) {
            assertThat(session.draw(0)).containsOnly(FULL);
            assertThat(session.learningRate(0)).isEqualTo(atOnce.learningRate(0) / 4);
            assertThat(atOnce.draw(0)).isNotEqualTo(session.draw(0));
        }
    }

    @Test
    void opensByTheLossAndTheStepsAtLatest() {
        Opening opening = Opening.STANDARD;
        assertThat(opening.allowed(1)).isNegative();
        assertThat(opening.allowed(0.75)).isCloseTo(0.5, within(1e-9));
        assertThat(opening.due(0.4)).isEqualTo(1);
        assertThatThrownBy(() -> Recipes.of("{opening: {from: 0.5}}")).hasMessageContaining("to 0.6 is not below from 0.5: prefixes open while the loss falls");
    }

    @Test
    void whatIsTaughtOrBegunWithIsOpenAtOnce() {
        assertThat(Recipes.of("{}").opening().acts(Recipes.of("{}"))).isTrue();
        for (Recipe recipe : Recipe.values()) {
            if (recipe != Recipe.DEFAULT && recipe != Recipe.IMPORT) {
                TrainingOptions options = Recipes.of("{recipe: " + recipe.name().toLowerCase(Locale.ROOT).replace('_', '-') + "}");
                assertThat(options.opening().acts(options)).as("%s", recipe).isFalse();
            }
        }
        TrainingOptions warm = Recipes.of("{warm-start: {share: 0.2}}");
        assertThat(warm.opening().acts(warm)).isFalse();
    }
}
