package io.fullynested.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.training.RangeTest.Point;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RangeTestTest {

    private static RangeTest test(double middle, int epochs) {
        return test(middle, "{epochs: " + epochs + "}");
    }

    private static RangeTest test(double middle, String options) {
        try (TrainingSession session = new TrainingSession(Bars.net(true), new Bars(512, Bars.PLACE), Recipes.of(options), Trainer.Start.SCRATCH, 3, 1)) {
            return RangeTest.of(session, middle);
        }
    }

    /** A loss that is 1, falls by 1 over some steps, and is 0 from there on. */
    private static RangeTest falling(int from, int to, int steps) {
        return new RangeTest(IntStream.range(0, steps).mapToObj(i -> new Point(Math.pow(2, i), 1 - Math.min(1, Math.max(0, (double) (i - from) / (to - from))))).toList());
    }

    @Test
    void whereTheLossFallsFastestIsFound() {
        assertThat(falling(20, 32, 60).suggestion()).contains(Math.pow(2, 26));
        assertThat(falling(8, 20, 60).suggestion()).contains(Math.pow(2, 14));
        assertThat(new RangeTest(List.of(new Point(0.1, 1), new Point(0.2, 1.5))).suggestion()).isEmpty();
    }

    @Test
    void whatItFindsTrains() {
        double found = test(0.1, 100).suggestion().orElseThrow();
        assertThat(found).isBetween(0.003, 0.5);
        assertThat(test(0.1, 100)).as("of what most steps draw").isEqualTo(test(0.1, "{epochs: 100, opening: {latest: 0}}"));
        // it ends once the loss has risen
        RangeTest high = test(20, 100);
        assertThat(high.points()).hasSizeLessThan(120);
        assertThat(high.points().get(high.points().size() - 1).loss()).isGreaterThan(high.least().loss());
    }

    @Test
    void aTrainingOfFewStepsGivesFewPoints() {
        assertThat(test(0.1, 1).points()).hasSizeBetween(1, 4);
        assertThat(test(0.1, 1).suggestion()).isEmpty();
    }
}
