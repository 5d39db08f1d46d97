package io.fullynested.core.interpreter;

import io.fullynested.api.graph.Window;
import io.fullynested.core.tensor.Tensor;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/** Operators that are matrix products. */
final class Products {

    private Products() {
    }

    /**
     * For each sample and group the product of the weights, {@code O/groups × C/groups·taps}, with the unrolled windows,
     * {@code C/groups·taps × H'·W'}.
     */
    static Tensor convolution(Tensor x, Tensor weight, Tensor bias, Window window, int groups) {
        int channels = x.shape()[1] / groups;
        int outputs = weight.shape()[0] / groups;
        int height = window.rows().apply(x.shape()[2]);
        int width = window.columns().apply(x.shape()[3]);
        int taps = channels * window.taps();
        if (x.shape()[1] != channels * groups || weight.shape()[0] != outputs * groups || weight.shape()[1] != channels) {
            throw new IllegalArgumentException("Weights for " + weight.shape()[1] + " → " + weight.shape()[0] + " channels in " + groups
                    + " groups do not fit a signal of " + x.shape()[1] + " channels");
        }
        float[] result = new float[x.shape()[0] * weight.shape()[0] * height * width];
        DMatrixRMaj windows = new DMatrixRMaj(taps, height * width);
        DMatrixRMaj product = new DMatrixRMaj(outputs, height * width);
        for (int group = 0; group < groups; group++) {
            DMatrixRMaj weights = matrix(weight, group * outputs, outputs);
            for (int sample = 0; sample < x.shape()[0]; sample++) {
                unroll(x, sample * groups * channels + group * channels, channels, window, height, width, windows.data);
                CommonOps_DDRM.mult(weights, windows, product);
                int first = (sample * groups + group) * outputs * height * width;
                for (int i = 0; i < product.getNumElements(); i++) {
                    result[first + i] = (float) (product.data[i] + at(bias, group * outputs + i / (height * width)));
                }
            }
        }
        return new Tensor(new int[] {x.shape()[0], weight.shape()[0], height, width}, result);
    }

    /** {@code x · weightᵀ + bias}. */
    static Tensor dense(Tensor x, Tensor weight, Tensor bias) {
        int outputs = weight.shape()[0];
        DMatrixRMaj product = new DMatrixRMaj(x.shape()[0], outputs);
        CommonOps_DDRM.multTransB(matrix(x, 0, x.shape()[0]), matrix(weight, 0, outputs), product);
        float[] result = new float[product.getNumElements()];
        for (int i = 0; i < result.length; i++) {
            result[i] = (float) (product.data[i] + at(bias, i % outputs));
        }
        return new Tensor(new int[] {x.shape()[0], outputs}, result);
    }

    private static double at(Tensor bias, int output) {
        return bias == null ? 0 : bias.data()[output];
    }

    /** Some rows of a tensor, its first dimension being the rows. */
    private static DMatrixRMaj matrix(Tensor tensor, int firstRow, int rows) {
        int columns = tensor.data().length / tensor.shape()[0];
        DMatrixRMaj matrix = new DMatrixRMaj(rows, columns);
        for (int i = 0; i < rows * columns; i++) {
            matrix.data[i] = tensor.data()[firstRow * columns + i];
        }
        return matrix;
    }

    /** One row for each channel and tap, one column for each position of the window (im2col). */
    private static void unroll(Tensor x, int firstPlane, int channels, Window window, int height, int width, double[] rows) {
        Window.Side down = window.rows();
        Window.Side across = window.columns();
        int next = 0;
        for (int channel = 0; channel < channels; channel++) {
            for (int dy = 0; dy < down.kernel(); dy++) {
                for (int dx = 0; dx < across.kernel(); dx++) {
                    for (int row = 0; row < height; row++) {
                        int y = row * down.stride() - down.padding() + dy * down.dilation();
                        for (int column = 0; column < width; column++) {
                            int left = column * across.stride() - across.padding() + dx * across.dilation();
                            boolean inside = y >= 0 && y < x.shape()[2] && left >= 0 && left < x.shape()[3];
                            rows[next++] = inside ? x.data()[((firstPlane + channel) * x.shape()[2] + y) * x.shape()[3] + left] : 0;
                        }
                    }
                }
            }
        }
    }
}
