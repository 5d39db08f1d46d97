package io.fullynested.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchNormKernelTest {

    @BeforeAll
    static void load() {
        LibTorch.load(1);
    }

    /** Channels that fill vectors, and such that do not; by the batch's statistics, by these and told them, and by given ones. */
    @ParameterizedTest
    @ValueSource(ints = {3, 16, 64})
    void whatIsWrittenOverHoldsTheSameNumbers(int channels) {
        try (PointerScope scope = new PointerScope(); NoGradGuard inference = new NoGradGuard()) {
            assertThat(scope).isNotNull();
            assertThat(inference).isNotNull();
            float[] pixels = numbers(5 * channels * 7 * 6);
            Tensor gamma = LibTorch.tensor(numbers(channels), channels);
            Tensor beta = LibTorch.tensor(numbers(channels), channels);
            Tensor variance = gamma.square();
            Map<Boolean, Map<String, float[]>> found = new HashMap<>();
            for (boolean free : new boolean[] {false, true}) {
                BatchNormKernel kernel = new BatchNormKernel(gamma, beta, 1e-5, free);
                Map<String, float[]> of = found.computeIfAbsent(free, none -> new HashMap<>());
                Tensor images = LibTorch.images(pixels, 0, 5, channels, 7, 6);
                Tensor normalized = kernel.apply(images, null);
                assertThat(normalized == images).isEqualTo(free && channels % 8 == 0);
                of.put("batch", LibTorch.floats(normalized));
                of.put("recording", LibTorch.floats(kernel.apply(LibTorch.images(pixels, 0, 5, channels, 7, 6), (mean, spread) -> {
                    of.put("mean", LibTorch.floats(mean));
                    of.put("variance", LibTorch.floats(spread));
                })));
                of.put("given", LibTorch.floats(kernel.apply(LibTorch.images(pixels, 0, 5, channels, 7, 6), beta, variance)));
            }
            found.get(false).forEach((what, numbers) -> assertThat(found.get(true).get(what)).as(what).isEqualTo(numbers));
            assertThat(found.get(false).get("batch")).isNotEqualTo(pixels);
        }
    }

    private static float[] numbers(int count) {
        Random random = new Random(count);
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return numbers;
    }
}
