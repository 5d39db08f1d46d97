package io.fullynested.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HalfTest {

    /** What a finite half stands for, by the standard's words. */
    private static float value(int bits) {
        int exponent = bits >> 10 & 31;
        int fraction = bits & 1023;
        double magnitude = exponent == 0 ? fraction * Math.pow(2, -24) : (1024 + fraction) * Math.pow(2, exponent - 25);
        return (float) ((bits & 0x8000) == 0 ? magnitude : -magnitude);
    }

    @Test
    void everyHalfIsItself() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            if ((bits >> 10 & 31) != 31) {
                assertThat(Half.bits(value(bits)) & 0xffff).isEqualTo(bits);
            }
        }
    }

    @Test
    void betweenTwoHalvesTheNearerOrTheEvenOneIsTaken() {
        for (int bits = 0; bits < 0x7bff; bits++) {
            float middle = (value(bits) + value(bits + 1)) / 2;
            assertThat((int) Half.bits(middle)).isEqualTo(bits + (bits & 1));
            assertThat((int) Half.bits(Math.nextDown(middle))).isEqualTo(bits);
            assertThat((int) Half.bits(Math.nextUp(middle))).isEqualTo(bits + 1);
            assertThat(Half.bits(-middle) & 0xffff).isEqualTo(0x8000 | bits + (bits & 1));
        }
    }

    @Test
    void whatIsTooGreatIsInfinite() {
        assertThat(Half.bits(Half.MAX)).isEqualTo((short) 0x7bff);
        assertThat(Half.bits(65519.99f)).isEqualTo((short) 0x7bff);
        assertThat(Half.bits(65520)).isEqualTo((short) 0x7c00);
        assertThat(Half.bits(Float.NEGATIVE_INFINITY)).isEqualTo((short) 0xfc00);
        assertThat(Half.bits(Float.NaN)).isEqualTo((short) 0x7e00);
    }
}
