package io.fullynested.api.task;

import java.util.Arrays;

/**
 * Mean and standard deviation of quantities over some data.
 *
 * @param mean      of each
 * @param deviation of each, above 0
 */
public record Moments(double[] mean, double[] deviation) {

    /** @throws IllegalArgumentException if there are not as many of one as of the other, or a deviation is not above 0 */
    public Moments {
        if (mean.length != deviation.length) {
            throw new IllegalArgumentException(mean.length + " means and " + deviation.length + " deviations");
        }
        for (double one : deviation) {
            if (!(one > 0)) {
                throw new IllegalArgumentException("a deviation is above 0, found " + one);
            }
        }
        mean = mean.clone();
        deviation = deviation.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Moments that && Arrays.equals(mean, that.mean) && Arrays.equals(deviation, that.deviation);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(mean) + Arrays.hashCode(deviation);
    }

    @Override
    public String toString() {
        return "Moments[mean=" + Arrays.toString(mean) + ", deviation=" + Arrays.toString(deviation) + "]";
    }
}
