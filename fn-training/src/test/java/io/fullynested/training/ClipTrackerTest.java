package io.fullynested.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fullynested.api.graph.FakeQuantize;
import io.fullynested.api.graph.ParameterSlice;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClipTrackerTest {

    private static final int COUNT = 100_000;

    @BeforeAll
    static void load() {
        LibTorch.load(1);
    }

    /** Of normal numbers with deviation 2: their root mean square, that of a rectified half of them, and what any share of zeros beside leaves of it. */
    @ParameterizedTest
    @CsvSource({"true, 0, 2", "false, 0, 1.4142136", "true, 0.9, 2", "false, 0.9, 1.4142136"})
    void aNormalSignalIsAsStrongAsItsRootMeanSquareWhateverZerosAreBeside(boolean signed, double zeros, double strength) {
        Random random = new Random(1);
        float[] numbers = new float[COUNT];
        for (int i = 0; i < COUNT; i++) {
            numbers[i] = i < zeros * COUNT ? 0 : (float) (2 * random.nextGaussian());
        }
        assertThat(observed(signed, numbers)).isCloseTo((float) (3 * strength), within((float) (0.05 * 3 * strength)));
    }

    @ParameterizedTest
    @CsvSource({"true, 0", "false, 0", "false, -1"})
    void whatIsNowherePositiveHasTheSmallestClip(boolean signed, float number) {
        assertThat(observed(signed, new float[] {number, number})).isEqualTo(1e-3f);
    }

    private static float observed(boolean signed, float[] numbers) {
        try (org.bytedeco.pytorch.Tensor signal = LibTorch.tensor(numbers, 1, numbers.length)) {
            return ClipTracker.observed(new FakeQuantize(8, signed, new ParameterSlice("clip", List.of())), signal, 3);
        }
    }
}
