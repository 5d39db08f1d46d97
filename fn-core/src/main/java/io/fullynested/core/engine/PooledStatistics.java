package io.fullynested.core.engine;

import io.fullynested.core.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Mean and variance of several chunks taken together, by the law of total variance: the variance is the mean of the chunks' variances
 * and the variance of their means.
 */
final class PooledStatistics {

    private final Map<String, double[]> means = new LinkedHashMap<>();
    private final Map<String, double[]> squares = new LinkedHashMap<>();
    private long images;

    /**
     * Adds a chunk.
     *
     * @param variances name of a mean → that of its variance
     * @param found     what they are within the chunk, {@code [C]} each, variances biased
     * @param count     images of the chunk
     */
    void add(Map<String, String> variances, Map<String, Tensor> found, int count) {
        variances.forEach((mean, variance) -> {
            float[] center = found.get(mean).data();
            float[] spread = found.get(variance).data();
            double[] means = this.means.computeIfAbsent(mean, name -> new double[center.length]);
            double[] squares = this.squares.computeIfAbsent(variance, name -> new double[center.length]);
            for (int c = 0; c < center.length; c++) {
                double away = center[c] - means[c];
                means[c] += away * count / (images + count);
                // sums of squares around the mean, as Chan, Golub and LeVeque add them (1983)
                squares[c] += count * (double) spread[c] + away * away * images * count / (images + count);
            }
        });
        images += count;
    }

    /** Mean and biased variance under their names. */
    Map<String, Tensor> statistics() {
        Map<String, Tensor> statistics = new LinkedHashMap<>();
        means.forEach((name, mean) -> statistics.put(name, tensor(mean, 1)));
        squares.forEach((name, sum) -> statistics.put(name, tensor(sum, images)));
        return statistics;
    }

    private static Tensor tensor(double[] values, double by) {
        float[] divided = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            divided[i] = (float) (values[i] / by);
        }
        return Tensor.vector(divided);
    }
}
