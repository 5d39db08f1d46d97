package io.fullynested.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fullynested.api.search.Evaluation;
import io.fullynested.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GuardTest {

    private static final Map<String, Tensor> BEGIN = Map.of("w", Tensor.vector(0, 8), "b", Tensor.vector(1));
    private static final Map<String, Tensor> END = Map.of("w", Tensor.vector(16, 0), "b", Tensor.vector(1), "clip", Tensor.vector(3));

    /** A score that falls by a hundredth for each unit of the first weight, a loss that rises by a tenth. */
    private static Evaluation full(Map<String, Tensor> masters) {
        float first = masters.get("w").data()[0];
        return new Evaluation(1 - first / 100, .2 + first / 10, 1);
    }

    private static Guard score(double most) {
        return new Guard(most, Guard.Measure.SCORE, 0, 16);
    }

    @Test
    void whatHoldsStays() {
        Guard.Held held = score(.16).hold(BEGIN, END, GuardTest::full);
        assertThat(held.masters()).isSameAs(END);
        assertThat(held).extracting(Guard.Held::share, Guard.Held::began, Guard.Held::learnt, Guard.Held::kept).containsExactly(1., full(BEGIN), full(END), full(END));
    }

    @Test
    void whatDoesNotGoesBackAsFarAsNeeded() {
        Guard.Held held = score(.045).hold(BEGIN, END, GuardTest::full);
        assertThat(held.share()).isEqualTo(.25);
        assertThat(held.kept()).isEqualTo(full(held.masters()));
        assertThat(held.masters().get("w").data()).containsExactly(4, 6);
        assertThat(held.masters().get("b").data()).containsExactly(1);
        assertThat(held.masters().get("clip").data()).containsExactly(3);
    }

    @Test
    void nothingIsLostIfNothingMayBe() {
        List<Double> asked = new ArrayList<>();
        Guard.Held held = score(0).hold(BEGIN, END, masters -> {
            asked.add((double) masters.get("w").data()[0]);
            return full(masters);
        });
        assertThat(held.share()).isZero();
        assertThat(held.masters().get("w").data()).containsExactly(0, 8);
        assertThat(asked).hasSize(15).startsWith(0., 16.);
        assertThat(asked.subList(1, 15)).isSortedAccordingTo(Comparator.reverseOrder());
    }

    @Test
    void aBoundOnTheLossLooksAtTheLoss() {
        Guard.Held held = new Guard(.5, Guard.Measure.LOSS, 0, 16).hold(BEGIN, END, GuardTest::full);
        assertThat(held.share()).isEqualTo(.25);
        assertThat(held.kept().loss()).isCloseTo(.6, within(1e-6));
        assertThat(new Guard(1, Guard.Measure.LOSS, 0, 16).hold(BEGIN, END, masters -> new Evaluation(1, masters == END ? Double.POSITIVE_INFINITY : 0, 1)).share())
                .isEqualTo(.97);
    }

    @Test
    void itNeedsSomethingToGoBackTo() {
        assertThatThrownBy(() -> Recipes.of("{guard: {}}")).hasMessageContaining("a guard needs a trained network to begin with. Maybe warm-start: {checkpoint: FILE}?");
        assertThat(Recipes.of("{guard: {}, warm-start: {checkpoint: some.safetensors}}").guard()).contains(new Guard(.003, Guard.Measure.SCORE, 0, 16));
    }
}
