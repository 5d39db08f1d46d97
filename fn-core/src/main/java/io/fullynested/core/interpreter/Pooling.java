package io.fullynested.core.interpreter;

import io.fullynested.api.graph.MaxPool;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.graph.Window;
import io.fullynested.core.tensor.Tensor;
import java.util.List;

/** Operators that sum up a window of each plane. */
final class Pooling {

    private Pooling() {
    }

    static Tensor max(Tensor x, MaxPool pool) {
        Shape result = pool.shape(List.of(Shape.image(x.shape()[1], x.shape()[2], x.shape()[3])));
        return pool(x, pool.window(), result.height(), result.width(), Double.NEGATIVE_INFINITY, Math::max, 1);
    }

    /** Padded zeros are counted. */
    static Tensor average(Tensor x, Window window) {
        return pool(x, window, window.rows().apply(x.shape()[2]), window.columns().apply(x.shape()[3]), 0, Double::sum, window.taps());
    }

    static Tensor globalAverage(Tensor x) {
        Planes planes = Planes.of(x);
        float[] result = new float[planes.count()];
        for (int plane = 0; plane < result.length; plane++) {
            double sum = 0;
            for (int i = 0; i < planes.area(); i++) {
                sum += x.data()[plane * planes.area() + i];
            }
            result[plane] = (float) (sum / planes.area());
        }
        return new Tensor(new int[] {planes.batch(), planes.channels()}, result);
    }

    @FunctionalInterface
    private interface Fold {
        double apply(double folded, double next);
    }

    private static Tensor pool(Tensor x, Window window, int height, int width, double start, Fold fold, int divisor) {
        Window.Side down = window.rows();
        Window.Side across = window.columns();
        int rows = x.shape()[2];
        int columns = x.shape()[3];
        int planes = Planes.of(x).count();
        float[] result = new float[planes * height * width];
        int next = 0;
        for (int plane = 0; plane < planes; plane++) {
            for (int row = 0; row < height; row++) {
                for (int column = 0; column < width; column++) {
                    double folded = start;
                    for (int tap = 0; tap < window.taps(); tap++) {
                        int y = row * down.stride() - down.padding() + tap / across.kernel() * down.dilation();
                        int left = column * across.stride() - across.padding() + tap % across.kernel() * across.dilation();
                        if (y >= 0 && y < rows && left >= 0 && left < columns) {
                            folded = fold.apply(folded, x.data()[(plane * rows + y) * columns + left]);
                        }
                    }
                    result[next++] = (float) (folded / divisor);
                }
            }
        }
        return new Tensor(new int[] {x.shape()[0], x.shape()[1], height, width}, result);
    }
}
