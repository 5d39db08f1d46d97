package io.fullynested.training;

import io.fullynested.api.data.Dataset;
import io.fullynested.core.model.MasterParameter;
import io.fullynested.core.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** The master tensors before training. */
final class Initializer {

    /** A deviation below this share of the mean is that of a channel without content, for which {@link #NO_DEVIATION} is taken. */
    private static final double SMALLEST_DEVIATION = 1e-6;
    private static final double NO_DEVIATION = 1e-3;

    private Initializer() {
    }

    /**
     * Weights drawn by seed and name, the mean and deviation of the input from the images, all else constant.
     *
     * @param images           the training images
     * @param zeroInitResidual whether gammas begin at 0 where a block wants that, and not at 1 as all others
     */
    static Map<String, Tensor> initial(List<MasterParameter> masters, Dataset images, long seed, boolean zeroInitResidual) {
        double[][] input = moments(images);
        Map<String, Tensor> initial = new TreeMap<>();
        for (MasterParameter master : masters) {
            Tensor tensor = Tensor.zeros(master.shape());
            switch (master.role()) {
                case WEIGHT -> {
                    SplittableRandom random = new Randomness(seed).at(master.name(), 0);
                    for (int i = 0; i < tensor.data().length; i++) {
                        tensor.data()[i] = (float) (random.nextGaussian() * master.initial());
                    }
                }
                case INPUT_MEAN -> copy(input[0], tensor);
                case INPUT_DEVIATION -> copy(input[1], tensor);
                case GAMMA -> Arrays.fill(tensor.data(), zeroInitResidual || master.initial() != 0 ? (float) master.initial() : 1);
                default -> Arrays.fill(tensor.data(), (float) master.initial());
            }
            initial.put(master.name(), tensor);
        }
        return initial;
    }

    private static void copy(double[] values, Tensor tensor) {
        for (int i = 0; i < values.length; i++) {
            tensor.data()[i] = (float) values[i];
        }
    }

    /** Mean and standard deviation of each channel. */
    private static double[][] moments(Dataset images) {
        int channels = images.shape().channels();
        int pixels = images.shape().elements() / channels;
        double[] sum = new double[channels];
        double[] squares = new double[channels];
        float[] image = new float[channels * pixels];
        for (int i = 0; i < images.size(); i++) {
            images.read(i, image, 0);
            for (int c = 0; c < channels; c++) {
                for (int p = c * pixels; p < (c + 1) * pixels; p++) {
                    sum[c] += image[p];
                    squares[c] += (double) image[p] * image[p];
                }
            }
        }
        double count = (double) images.size() * pixels;
        for (int c = 0; c < channels; c++) {
            sum[c] /= count;
            double deviation = Math.sqrt(Math.max(0, squares[c] / count - sum[c] * sum[c]));
            squares[c] = deviation > SMALLEST_DEVIATION * Math.abs(sum[c]) ? deviation : NO_DEVIATION;
        }
        return new double[][] {sum, squares};
    }
}
