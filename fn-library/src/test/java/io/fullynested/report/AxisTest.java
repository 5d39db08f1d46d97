package io.fullynested.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AxisTest {

    @Test
    void marksRoundValues() {
        assertThat(new Axis(87.6, 90.2, 0, 100, false).ticks(5)).containsExactly(88.0, 88.5, 89.0, 89.5, 90.0);
        assertThat(new Axis(2e6, 2e8, 0, 100, true).ticks(7)).containsExactly(2e6, 5e6, 1e7, 2e7, 5e7, 1e8, 2e8);
        assertThat(new Axis(1e-6, 1e3, 0, 100, true).ticks(7)).hasSizeBetween(7, 12);
        assertThat(new Axis(10_000, 82_000, 0, 100, true).in("bytes").ticks(7).stream().map(tick -> Quantity.text(tick, "bytes")))
                .containsExactly("10 KiB", "20 KiB", "30 KiB", "40 KiB", "50 KiB", "60 KiB", "80 KiB");
        assertThat(new Axis(10_000, 14_000, 0, 100, false).in("bytes").ticks(5).stream().map(tick -> Quantity.text(tick, "bytes")))
                .containsExactly("10 KiB", "11 KiB", "12 KiB", "13 KiB");
    }

    @Test
    void isLogarithmicWhereALinearOneWouldHideSmallValues() {
        Axis wide = Axis.around(1, 100, 0, 100);
        assertThat(wide.log()).isTrue();
        assertThat(wide.at(10)).isCloseTo(50, within(1e-9));
        assertThat(Axis.around(1, 2, 0, 100).log()).isFalse();
        assertThat(Axis.around(0, 100, 0, 100).log()).isFalse();
    }

    @Test
    void holdsASingleValueInItsMiddle() {
        for (double value : new double[] {0, 5, 1e9}) {
            assertThat(Axis.around(value, value, 0, 100).at(value)).isCloseTo(50, within(1e-6));
            assertThat(Axis.around(value, value, 0, 100).ticks(5)).isNotEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"0,MACs,0", "999.6,MACs,1 k", "1921920,MACs,1.92 M", "123456,MACs,123 k", "24576,bytes,24 KiB", "500,bytes,500 B", "0.01234,ms,0.0123 ms",
            "1023.9,bytes,1 KiB"})
    void quantitiesHaveThreeDigits(double value, String unit, String text) {
        assertThat(Quantity.text(value, unit)).isEqualTo(text);
    }
}
