package io.fullynested.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fullynested.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GuardTest {

    private static final Map<String, Tensor> BEGIN = Map.of("w", Tensor.vector(0, 8), "b", Tensor.vector(1));
    private static final Map<String, Tensor> END = Map.of("w", Tensor.vector(16, 0), "b", Tensor.vector(1), "clip", Tensor.vector(3));

    /** A score that falls by a hundredth for each unit of the first weight. */
    private static double score(Map<String, Tensor> masters) {
        return 1 - masters.get("w").data()[0] / 100;
    }

    @Test
    void whatHoldsStays() {
        Guard.Held held = new Guard(.16, 0).hold(BEGIN, END, GuardTest::score);
        assertThat(held.masters()).isSameAs(END);
        assertThat(held).extracting(Guard.Held::share, Guard.Held::began, Guard.Held::learnt, Guard.Held::kept).containsExactly(1., 1., score(END), score(END));
    }

    @Test
    void whatDoesNotGoesBackAsFarAsNeeded() {
        Guard.Held held = new Guard(.045, 0).hold(BEGIN, END, GuardTest::score);
        assertThat(held.share()).isEqualTo(.25);
        assertThat(held.kept()).isEqualTo(score(held.masters()));
        assertThat(held.masters().get("w").data()).containsExactly(4, 6);
        assertThat(held.masters().get("b").data()).containsExactly(1);
        assertThat(held.masters().get("clip").data()).containsExactly(3);
    }

    @Test
    void nothingIsLostIfNothingMayBe() {
        List<Double> asked = new ArrayList<>();
        Guard.Held held = new Guard(0, 0).hold(BEGIN, END, masters -> {
            asked.add((double) masters.get("w").data()[0]);
            return score(masters);
        });
        assertThat(held.share()).isZero();
        assertThat(held.masters().get("w").data()).containsExactly(0, 8);
        assertThat(asked).hasSize(11).startsWith(0., 16.).endsWith(8., 4.);
        assertThat(asked.subList(1, 11)).isSortedAccordingTo(Comparator.reverseOrder());
    }

    @Test
    void itNeedsSomethingToGoBackTo() {
        assertThatThrownBy(() -> Recipes.of("{guard: {}}")).hasMessageContaining("a guard needs a trained network to begin with. Maybe warm-start: {checkpoint: FILE}?");
        assertThat(Recipes.of("{guard: {}, warm-start: {checkpoint: some.safetensors}}").guard()).contains(new Guard(.003, 0));
    }
}
