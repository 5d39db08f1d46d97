package io.fullynested.training;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.task.Moments;
import io.fullynested.core.spec.NetworkSpec;
import io.fullynested.core.spec.Normalization;
import java.util.HashMap;
import java.util.Map;

/** Mean and standard deviation of each channel or feature of what goes in, over all images. */
final class InputMoments {

    /** A deviation below this share of the mean is that of a channel without content, for which {@link #NO_DEVIATION} is taken. */
    private static final double SMALLEST_DEVIATION = 1e-6;
    private static final double NO_DEVIATION = 1e-3;

    private InputMoments() {
    }

    /**
     * The values of the master tensors that inputs are normalised by, by name: given ones, and those of a data set, of which each rank
     * reads its share.
     */
    static Map<String, double[]> of(NetworkSpec network, Dataset images, Ranks ranks) {
        Map<String, double[]> values = new HashMap<>();
        int start = 0;
        for (NetworkSpec.Input input : network.takes()) {
            if (input.normalize() instanceof Normalization.Given given) {
                values.put(input.mean(), given.mean().stream().mapToDouble(Double::doubleValue).toArray());
                values.put(input.deviation(), given.deviation().stream().mapToDouble(Double::doubleValue).toArray());
            } else if (input.normalize() == Normalization.Word.DATA) {
                Moments moments = of(images, start, input.shape(), ranks);
                values.put(input.mean(), moments.mean());
                values.put(input.deviation(), moments.deviation());
            }
            start += input.shape().elements();
        }
        return values;
    }

    /** Those of the part of each image that starts at {@code start}. */
    private static Moments of(Dataset images, int start, Shape part, Ranks ranks) {
        int channels = part.channels();
        int pixels = part.positions();
        double[] sum = new double[channels];
        double[] squares = new double[channels];
        float[] image = new float[images.shape().elements()];
        int from = ranks.from(images.size());
        int own = ranks.share(images.size());
        for (int i = from; i < from + own; i++) {
            images.read(i, image, 0);
            for (int c = 0; c < channels; c++) {
                for (int p = start + c * pixels; p < start + (c + 1) * pixels; p++) {
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
