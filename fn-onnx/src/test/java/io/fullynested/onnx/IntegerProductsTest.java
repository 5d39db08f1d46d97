package io.fullynested.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import org.junit.jupiter.api.Test;

class IntegerProductsTest {

    private static int[] product(byte[] unsigned, byte[] signed, int columns) {
        int inner = signed.length / columns;
        int[] sums = new int[unsigned.length / inner * columns];
        for (int i = 0; i < sums.length; i++) {
            for (int k = 0; k < inner; k++) {
                sums[i] += Byte.toUnsignedInt(unsigned[i / columns * inner + k]) * signed[k * columns + i % columns];
            }
        }
        return sums;
    }

    @Test
    void exactProductsAreRight() throws OrtException {
        assertThat(IntegerProducts.areRight(IntegerProductsTest::product)).isTrue();
    }

    /** Of each 32 rows the last, behind column 16, where there are 17 to 31 columns: onnxruntime 1.23.2 with AMX. */
    @Test
    void whatWasSeenWrongIsFound() throws OrtException {
        for (int wrong = 17; wrong < 32; wrong += 7) {
            int columns = wrong;
            assertThat(IntegerProducts.areRight((unsigned, signed, n) -> {
                int[] sums = product(unsigned, signed, n);
                if (n == columns) {
                    sums[31 * n + 16]++;
                }
                return sums;
            })).isFalse();
        }
    }

    @Test
    void integersAreNotFusedWhereTheyWouldBeWrong() {
        for (OptLevel level : OptLevel.values()) {
            assertThat(ExactSession.allowed(level, true)).isEqualTo(level);
        }
        assertThat(ExactSession.allowed(OptLevel.NO_OPT, false)).isEqualTo(OptLevel.NO_OPT);
        assertThat(ExactSession.allowed(OptLevel.EXTENDED_OPT, false)).isEqualTo(OptLevel.BASIC_OPT);
        assertThat(ExactSession.allowed(OptLevel.ALL_OPT, false)).isEqualTo(OptLevel.BASIC_OPT);
    }

    /** The version that is shipped is right on every processor it was seen on; one without a binary of it may not be. */
    @Test
    void thisRuntimeMultipliesRightly() {
        assertThat(IntegerProducts.areRight()).isTrue();
    }
}
