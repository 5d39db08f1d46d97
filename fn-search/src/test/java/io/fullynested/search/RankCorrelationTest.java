package io.fullynested.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class RankCorrelationTest {

    @Test
    void isOfRanks() {
        assertThat(RankCorrelation.of(List.of(1., 2., 3.), List.of(1., 100., 101.))).isEqualTo(1);
        assertThat(RankCorrelation.of(List.of(1., 2., 3.), List.of(3., 2., -9.))).isEqualTo(-1);
        // 1 − 6 · (1 + 1 + 0 + 0) / (4 · 15)
        assertThat(RankCorrelation.of(List.of(1., 2., 3., 4.), List.of(2., 1., 3., 4.))).isCloseTo(.8, within(1e-12));
    }

    @Test
    void equalValuesShareARank() {
        // ranks 1.5, 1.5, 3 and 1, 2, 3
        assertThat(RankCorrelation.of(List.of(5., 5., 6.), List.of(1., 2., 3.))).isCloseTo(Math.sqrt(.75), within(1e-12));
        assertThat(RankCorrelation.of(List.of(5., 5.), List.of(1., 2.))).isNaN();
    }
}
