package io.fullynested.training;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * Whether convolutions and their gradients are right on this processor. The numbers are small integers, whose sums are exact in float32 in any
 * order, so a result is right or wrong, and nothing between.
 */
final class ConvolutionCheck {

    /**
     * A convolution of square images.
     *
     * @param images how many at once
     * @param side   rows and columns of an image
     */
    record Shape(int images, int in, int out, int side, int kernel, int stride, int padding, int dilation, int groups) {

        int outSide() {
            return (side + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1;
        }

        int weights() {
            return out * (in / groups) * kernel * kernel;
        }

        int pixels() {
            return images * in * side * side;
        }

        int results() {
            return images * out * outSide() * outSide();
        }
    }

    /** What a convolution gives, and the gradients of the sum of its results times some numbers. */
    record Results(float[] output, float[] input, float[] weight) {

        /** The part that differs from what is right. */
        Optional<String> wrong(Results right) {
            return !Arrays.equals(output, right.output) ? Optional.of("") : !Arrays.equals(input, right.input) ? Optional.of("the gradient of the images of ")
                    : !Arrays.equals(weight, right.weight) ? Optional.of("the gradient of the weights of ") : Optional.empty();
        }
    }

    /** Computes a convolution. */
    @FunctionalInterface
    interface Convolution {
        Results compute(Shape shape, float[] images, float[] weights, float[] factors);
    }

    /**
     * Kinds that some version of oneDNN was seen to get wrong on some processor: 1×1 into 36 and 72 channels (AMD of family 26 with AVX-512), the
     * gradient of dilated kernels of a channel each (AVX-512); beside them, those of a usual network. All of them take 0.1 s.
     */
    private static final List<Shape> SUSPECTS = List.of(
            new Shape(20, 16, 36, 7, 1, 1, 0, 1, 1),
            new Shape(1, 32, 72, 5, 1, 1, 0, 1, 1),
            new Shape(2, 16, 16, 9, 3, 1, 2, 2, 16),
            new Shape(2, 17, 17, 9, 3, 1, 1, 1, 17),
            new Shape(2, 24, 24, 6, 3, 1, 1, 1, 3),
            new Shape(2, 16, 24, 8, 3, 2, 1, 1, 1));

    private ConvolutionCheck() {
    }

    /** The first of them that is wrong on this processor, in words. */
    static Optional<String> wrong() {
        return wrong(SUSPECTS, ConvolutionCheck::compute);
    }

    static Optional<String> wrong(List<Shape> shapes, Convolution convolution) {
        for (Shape shape : shapes) {
            float[] images = integers(shape.pixels(), 7);
            float[] weights = integers(shape.weights(), 5);
            float[] factors = integers(shape.results(), 3);
            Optional<String> wrong = convolution.compute(shape, images, weights, factors).wrong(reference(shape, images, weights, factors));
            if (wrong.isPresent()) {
                return Optional.of(wrong.get() + "a convolution of " + shape.kernel() + "x" + shape.kernel() + " from " + shape.in() + " channels into "
                        + shape.out() + (shape.groups() > 1 ? " in " + shape.groups() + " groups" : "")
                        + (shape.stride() > 1 ? ", stride " + shape.stride() : "") + (shape.dilation() > 1 ? ", dilation " + shape.dilation() : ""));
            }
        }
        return Optional.empty();
    }

    /** Integers of −3..3 in no order. */
    private static float[] integers(int count, int seed) {
        float[] integers = new float[count];
        for (int i = 0; i < count; i++) {
            int mixed = (i + 1) * 0x9E3779B1 * seed;
            integers[i] = (mixed >>> 16) % 7 - 3;
        }
        return integers;
    }

    /** As LibTorch does it. */
    @SuppressWarnings("try") // the scope works by being open
    static Results compute(Shape shape, float[] images, float[] weights, float[] factors) {
        try (PointerScope scope = new PointerScope()) {
            Tensor x = LibTorch.images(images, 0, shape.images(), shape.in(), shape.side(), shape.side()).set_requires_grad(true);
            Tensor w = LibTorch.tensor(weights, shape.out(), shape.in() / shape.groups(), shape.kernel(), shape.kernel()).set_requires_grad(true);
            Tensor y = torch.conv2d(x, w, new TensorOptional(), both(shape.stride()), both(shape.padding()), both(shape.dilation()), shape.groups());
            Tensor factor = LibTorch.images(factors, 0, shape.images(), shape.out(), shape.outSide(), shape.outSide());
            y.mul(factor).sum().backward();
            return new Results(LibTorch.floats(y.detach()), LibTorch.floats(x.grad()), LibTorch.floats(w.grad()));
        }
    }

    private static long[] both(int value) {
        return new long[] {value, value};
    }

    /** One number after the other. */
    static Results reference(Shape shape, float[] images, float[] weights, float[] factors) {
        Results results = new Results(new float[shape.results()], new float[shape.pixels()], new float[shape.weights()]);
        int outSide = shape.outSide();
        int inOfGroup = shape.in() / shape.groups();
        int y = 0;
        for (int image = 0; image < shape.images(); image++) {
            for (int to = 0; to < shape.out(); to++) {
                int from = image * shape.in() + to / (shape.out() / shape.groups()) * inOfGroup;
                for (int row = 0; row < outSide; row++) {
                    for (int column = 0; column < outSide; column++) {
                        pixel(shape, results, y++, from, inOfGroup, to, row * shape.stride() - shape.padding(), column * shape.stride() - shape.padding(),
                                images, weights, factors);
                    }
                }
            }
        }
        return results;
    }

    /** A window's part, from its upper left pixel. */
    private static void pixel(Shape shape, Results results, int y, int from, int channels, int to, int top, int left, float[] images, float[] weights,
                              float[] factors) {
        int w = to * channels * shape.kernel() * shape.kernel();
        for (int channel = from; channel < from + channels; channel++) {
            for (int down = top; down < top + shape.kernel() * shape.dilation(); down += shape.dilation()) {
                for (int across = left; across < left + shape.kernel() * shape.dilation(); across += shape.dilation(), w++) {
                    if (across >= 0 && across < shape.side() && down >= 0 && down < shape.side()) {
                        int x = (channel * shape.side() + down) * shape.side() + across;
                        results.output[y] += images[x] * weights[w];
                        results.input[x] += factors[y] * weights[w];
                        results.weight[w] += factors[y] * images[x];
                    }
                }
            }
        }
    }
}
