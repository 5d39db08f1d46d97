package io.fullynested.core.interpreter;

import io.fullynested.core.tensor.Tensor;

/**
 * Statistics of a batch per channel, over all samples and pixels.
 *
 * @param mean     {@code [C]}
 * @param variance biased, {@code [C]}
 */
record BatchStatistics(Tensor mean, Tensor variance) {

    static BatchStatistics of(Tensor x) {
        Planes planes = Planes.of(x);
        float[] mean = new float[planes.channels()];
        float[] variance = new float[planes.channels()];
        for (int channel = 0; channel < planes.channels(); channel++) {
            double sum = deviations(x, planes, channel, 0, 1);
            double average = sum / (planes.batch() * planes.area());
            mean[channel] = (float) average;
            variance[channel] = (float) (deviations(x, planes, channel, average, 2) / (planes.batch() * planes.area()));
        }
        return new BatchStatistics(Tensor.vector(mean), Tensor.vector(variance));
    }

    /** The sum of {@code (x − center)^power} over a channel; two passes lose no digits to a mean far from zero. */
    private static double deviations(Tensor x, Planes planes, int channel, double center, int power) {
        double sum = 0;
        for (int sample = 0; sample < planes.batch(); sample++) {
            int first = (sample * planes.channels() + channel) * planes.area();
            for (int i = first; i < first + planes.area(); i++) {
                double deviation = x.data()[i] - center;
                sum += power == 1 ? deviation : deviation * deviation;
            }
        }
        return sum;
    }
}
