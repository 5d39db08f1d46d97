package io.fullynested.training;

import io.fullynested.api.graph.Convolution;
import io.fullynested.api.graph.Window;
import io.fullynested.kernels.Kernels;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * 3×3 convolutions by {@link Kernels#convolve}, where that takes less time than LibTorch's.
 *
 * @param images  at once
 * @param inputs  channels of a signal
 * @param outputs channels of the result
 */
record WinogradKernel(long images, long height, long width, long inputs, long outputs, long groups) {

    private static final Window WINDOW = Window.of(3);
    private static final long TILE = 4;
    /** Channels of a group, at least, and what their number divides by: others are computed one by one. */
    private static final long LEAST = 8;
    private static final long STEP = 4;
    private static final long PRODUCTS = 36;
    /** Floats in a vector: products into fewer channels of a group take as long. Tiles are transformed of all groups at once, in halves of vectors too. */
    private static final long LANES = 16;
    /** What it takes to transform a channel of a tile, and a weight, in multiplications as LibTorch makes them: measured from 8 to 512 channels, 4×4 to 56×56 pixels. */
    private static final long OF_TILE = 550;
    private static final long OF_WEIGHT = 900;
    /** Transformed weights in floats that a cache still holds. */
    private static final long MOST_WEIGHTS = 1 << 22;

    static WinogradKernel of(Convolution convolution, Tensor x) {
        return new WinogradKernel(x.size(0), x.size(2), x.size(3), x.size(1), convolution.weight().slice().shape()[0], convolution.groups());
    }

    /** Whether it can take a convolution, and should. */
    boolean takes(Convolution convolution) {
        return convolution.bias().isEmpty() && convolution.window().equals(WINDOW) && pays() && FusedPass.available() && Kernels.convolves();
    }

    /** Whether it is faster, by what it computes. */
    boolean pays() {
        if (Math.min(inputs, outputs) < LEAST * groups || inputs % STEP > 0 || outputs % STEP > 0) {
            return false;
        }
        long tiles = images * ((height + TILE - 1) / TILE) * ((width + TILE - 1) / TILE);
        long products = inputs * up(outputs / groups, LANES);
        long own = tiles * (PRODUCTS * products + OF_TILE * (up(inputs, LANES / 2) + up(outputs, LANES / 2))) + OF_WEIGHT * products;
        return own < images * height * width * WINDOW.taps() * products && PRODUCTS * products <= MOST_WEIGHTS;
    }

    private static long up(long channels, long to) {
        return (channels + to - 1) / to * to;
    }

    /**
     * The result.
     *
     * @param x laid out channels last, without gaps
     */
    Tensor forward(Tensor x, Tensor weight) {
        Tensor y = signal(outputs);
        try (Tensor w = weight.contiguous()) {
            Kernels.convolve(address(x), address(w), address(y), images, height, width, inputs, outputs, groups, torch.get_num_threads());
        }
        return y;
    }

    /** The gradient by the signal. */
    Tensor back(Tensor dy, Tensor weight) {
        Tensor dx = signal(inputs);
        try (Tensor w = weight.contiguous()) {
            Kernels.convolveBack(address(dy), address(w), address(dx), images, height, width, inputs, outputs, groups, torch.get_num_threads());
        }
        return dx;
    }

    /** The gradient by the weights. */
    Tensor learn(Tensor x, Tensor dy) {
        Tensor dw = torch.empty(outputs, inputs / groups, WINDOW.rows().kernel(), WINDOW.columns().kernel());
        Kernels.convolveWeights(address(x), address(dy), address(dw), images, height, width, inputs, outputs, groups, torch.get_num_threads());
        return dw;
    }

    private Tensor signal(long channels) {
        try (Tensor rows = torch.empty(images, height, width, channels)) {
            return rows.permute(0, 3, 1, 2);
        }
    }

    private static long address(Tensor tensor) {
        return tensor.data_ptr_float().address();
    }
}
