package io.fullynested.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WinogradKernelTest {

    /** What differs from plain sums, of their greatest. */
    private static final double APART = 1e-4;

    private static WinogradKernel kernel(ConvolutionCheck.Shape shape) {
        return new WinogradKernel(shape.images(), shape.side(), shape.side(), shape.in(), shape.out(), shape.groups());
    }

    private static org.bytedeco.pytorch.Tensor images(float[] numbers, ConvolutionCheck.Shape shape, int channels) {
        return LibTorch.images(numbers, 0, shape.images(), channels, shape.side(), shape.side());
    }

    private static ConvolutionCheck.Results computed(ConvolutionCheck.Shape shape, float[] images, float[] weights, float[] factors) {
        try (org.bytedeco.pytorch.Tensor x = images(images, shape, shape.in()); org.bytedeco.pytorch.Tensor dy = images(factors, shape, shape.out());
                org.bytedeco.pytorch.Tensor w = LibTorch.tensor(weights, shape.out(), shape.in() / shape.groups(), 3, 3)) {
            return new ConvolutionCheck.Results(LibTorch.floats(kernel(shape).forward(x, w)), LibTorch.floats(kernel(shape).back(dy, w)),
                    LibTorch.floats(kernel(shape).learn(x, dy)));
        }
    }

    private static float[] random(SplittableRandom random, int count) {
        return TinyNet.random(random, count).data();
    }

    private static void close(float[] found, float[] right) {
        float greatest = 0;
        for (float one : right) {
            greatest = Math.max(greatest, Math.abs(one));
        }
        assertThat(found).hasSameSizeAs(right);
        for (int i = 0; i < right.length; i++) {
            assertThat(found[i]).isCloseTo(right[i], within((float) APART * greatest));
        }
    }

    /** Channels in all kinds of vectors and none, tiles that end in the image and beyond it, chunks of tiles. */
    @ParameterizedTest
    @CsvSource({"2,16,16,8,1", "3,5,7,11,1", "2,24,40,9,1", "2,16,24,7,2", "5,12,4,4,4", "1,1,1,1,1", "7,64,8,13,1",
            "3,8,8,9,1", "3,8,12,7,1", "2,9,15,6,3", "4,32,32,7,4", "1,3,33,2,1", "33,16,48,5,1"})
    void isAConvolution(int count, int in, int out, int side, int groups) {
        FusedPassTest.assumeKernels();
        ConvolutionCheck.Shape shape = new ConvolutionCheck.Shape(count, in, out, side, 3, 1, 1, 1, groups);
        SplittableRandom random = new SplittableRandom(3);
        float[] images = random(random, shape.pixels());
        float[] weights = random(random, shape.weights());
        float[] factors = random(random, shape.results());
        ConvolutionCheck.Results right = ConvolutionCheck.reference(shape, images, weights, factors);
        ConvolutionCheck.Results found = computed(shape, images, weights, factors);
        close(found.output(), right.output());
        close(found.input(), right.input());
        close(found.weight(), right.weight());
    }

    @Test
    void threadsDoNotShow() {
        FusedPassTest.assumeKernels();
        ConvolutionCheck.Shape shape = new ConvolutionCheck.Shape(9, 20, 36, 17, 3, 1, 1, 1, 2);
        SplittableRandom random = new SplittableRandom(4);
        float[] images = random(random, shape.pixels());
        float[] weights = random(random, shape.weights());
        float[] factors = random(random, shape.results());
        ConvolutionCheck.Results one = computed(shape, images, weights, factors);
        try {
            org.bytedeco.pytorch.global.torch.set_num_threads(3);
            assertThat(computed(shape, images, weights, factors)).usingRecursiveComparison().isEqualTo(one);
        } finally {
            org.bytedeco.pytorch.global.torch.set_num_threads(1);
        }
    }

    @Test
    void manySmallTilesPay() {
        assertThat(new WinogradKernel(64, 32, 32, 8, 8, 1).pays()).isTrue();
        assertThat(new WinogradKernel(64, 7, 7, 32, 32, 4).pays()).isTrue();
        assertThat(new WinogradKernel(8, 56, 56, 64, 64, 1).pays()).isTrue();
        assertThat(new WinogradKernel(8, 14, 14, 256, 256, 1).pays()).isTrue();
    }

    /** Of few channels transforms cost too much, of few tiles those of weights do. */
    @Test
    void othersDoNot() {
        assertThat(new WinogradKernel(64, 32, 32, 3, 16, 1).pays()).isFalse();
        assertThat(new WinogradKernel(64, 32, 32, 18, 18, 1).pays()).isFalse();
        assertThat(new WinogradKernel(64, 7, 7, 16, 16, 4).pays()).isFalse();
        assertThat(new WinogradKernel(8, 7, 7, 512, 512, 1).pays()).isFalse();
        assertThat(new WinogradKernel(1, 4, 4, 64, 64, 1).pays()).isFalse();
    }
}
