package io.fullynested.training;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.task.Moments;

/** Mean and standard deviation of each channel of the input over all images. */
final class InputMoments {

    /** A deviation below this share of the mean is that of a channel without content, for which {@link #NO_DEVIATION} is taken. */
    private static final double SMALLEST_DEVIATION = 1e-6;
    private static final double NO_DEVIATION = 1e-3;

    private InputMoments() {
    }

    /** Those of a data set, of which each rank reads its share. */
    static Moments of(Dataset images, Ranks ranks) {
        int channels = images.shape().channels();
        int pixels = images.shape().elements() / channels;
        double[] sum = new double[channels];
        double[] squares = new double[channels];
        float[] image = new float[channels * pixels];
        int from = ranks.from(images.size());
        int own = ranks.share(images.size());
        for (int i = from; i < from + own; i++) {
            images.read(i, image, 0);
            for (int c = 0; c < channels; c++) {
                for (int p = c * pixels; p < (c + 1) * pixels; p++) {
                    sum[c] += image[p];
                    squares[c] += (double) image[p] * image[p];
                }
            }
        }
        double count = (double) own * pixels;
        double[] mean = new double[channels];
        double[] variance = new double[channels];
        for (int c = 0; c < channels; c++) {
            mean[c] = sum[c] / count;
            variance[c] = Math.max(0, squares[c] / count - mean[c] * mean[c]);
        }
        if (ranks.count() > 1) {
            combine(ranks, (double) own / images.size(), mean, variance);
        }
        double[] deviation = new double[channels];
        for (int c = 0; c < channels; c++) {
            double root = Math.sqrt(variance[c]);
            deviation[c] = root > SMALLEST_DEVIATION * Math.abs(mean[c]) ? root : NO_DEVIATION;
        }
        return new Moments(mean, deviation);
    }

    /** Those of all ranks together, from those of each share (Chan, Golub and LeVeque, The American Statistician, 1983). */
    private static void combine(Ranks ranks, double share, double[] mean, double[] variance) {
        float[] means = new float[mean.length];
        float[] variances = new float[mean.length];
        for (int c = 0; c < mean.length; c++) {
            means[c] = (float) (share * mean[c]);
        }
        ranks.sum(means);
        for (int c = 0; c < mean.length; c++) {
            variances[c] = (float) (share * (variance[c] + Math.pow(mean[c] - means[c], 2)));
            mean[c] = means[c];
        }
        ranks.sum(variances);
        for (int c = 0; c < mean.length; c++) {
            variance[c] = variances[c];
        }
    }
}
