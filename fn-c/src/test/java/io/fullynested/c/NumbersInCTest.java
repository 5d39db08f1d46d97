package io.fullynested.c;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers, names and texts as they stand in C. */
class NumbersInCTest {

    private static double real(int factor) {
        return Math.scalb((double) (factor >> 6), -(factor & 63));
    }

    @Test
    void aFactorIsNearItsNumber() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 10_000; i++) {
            double number = Math.scalb(1 + random.nextDouble(), random.nextInt(-30, 22));
            int factor = Factor.of(number);
            assertThat(factor).isPositive();
            assertThat(factor & 63).isBetween(1, 62);
            assertThat(real(factor)).isCloseTo(number, within(number / (1 << 25)));
            assertThat(real(Factor.negated(factor))).isEqualTo(-real(factor));
        }
        assertThat(Factor.of(1e-30) >> 6).isZero();
    }

    /** Just below a power of two, where the multiplier would have a bit more. */
    @Test
    void aFactorRoundsUpToAPowerOfTwo() {
        assertThat(real(Factor.of(Math.nextDown(4.0)))).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, 1 << 25, Double.NaN, Double.POSITIVE_INFINITY})
    void whatIsNoFactorIsRefused(double number) {
        assertThatThrownBy(() -> Factor.of(number)).isInstanceOf(ArithmeticException.class);
    }

    @Test
    void edgesAreWhereAFunctionPassesFromOneCodeToTheNext() {
        IntUnaryOperator code = x -> (int) Math.rint((x - 300) * (x - 300) / 20_000.0);
        Edges edges = Edges.of(code, -1000, 1000, 300);
        for (int x = -1000; x <= 1000; x++) {
            int passed = 0;
            for (int edge : edges.at()) {
                passed += edge <= x ? 1 : 0;
            }
            int found = edges.first() + (passed < edges.falls() ? -passed : passed - 2 * edges.falls());
            assertThat(found).as("at %d", x).isEqualTo(code.applyAsInt(x));
        }
    }

    @ParameterizedTest
    @CsvSource({"tiny, tiny", "My net-2, my_net_2", "2nd, net_2nd", "größe, gr_e", "_, net_", "Ж, net_", "a.b, a_b"})
    void aPrefixIsAnIdentifier(String file, String prefix) {
        assertThat(Identifiers.prefix(file)).isEqualTo(prefix).matches("[a-z][a-z0-9_]*");
    }

    @Test
    void textsDoNotEndWhatTheyStandIn() {
        assertThat(Identifiers.literal("a\"b\\?1\n")).isEqualTo("\"a\\042b\\134\\0771\\012\"");
        assertThat(Identifiers.literal("ä1")).isEqualTo("\"\\303\\2441\"");
        assertThat(Identifiers.comment("a */ b /* c\n d ??/")).isEqualTo("a * / b / * c d ? ?/");
    }

    @ParameterizedTest
    @CsvSource({"-9.5, 0", "0, 0.5", "1, 0.8413447460685429", "-2, 0.022750131948179195", "9.5, 1"})
    void theNormalDistribution(double x, double below) {
        assertThat(Normal.below(x)).isCloseTo(below, within(1e-15));
    }
}
