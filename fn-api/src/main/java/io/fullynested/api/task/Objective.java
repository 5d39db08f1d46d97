package io.fullynested.api.task;

import java.util.Optional;

/**
 * A {@link Task} on some data. It looks at one answer at a time, so nothing depends on the order of the images, or on which are looked at
 * together. Its methods may be called by several threads at once.
 */
public interface Objective {

    /**
     * What an answer loses, the less the better; training and validation minimise the mean over images.
     *
     * @param output   what the network gave, row-major
     * @param target   what the data set says of the image
     * @param gradient gets the derivatives of the loss by {@code output}, of the same length
     */
    double loss(float[] output, float[] target, float[] gradient);

    /** Begins to measure. */
    Meter meter();

    /**
     * How far the answer of a submodel is from that of the full network, at least 0; search ranks submodels by its mean, which needs no
     * targets. By default the mean squared difference, in {@link #moments} where there are any.
     *
     * @param whole what the full network gave
     * @param part  what the submodel gave
     */
    default double divergence(float[] whole, float[] part) {
        Optional<Moments> unit = moments();
        double sum = 0;
        for (int i = 0; i < whole.length; i++) {
            double difference = part[i] - whole[i];
            double one = unit.isEmpty() ? 1 : unit.get().deviation()[i];
            sum += difference / one * difference / one;
        }
        return sum / whole.length;
    }

    /**
     * What an answer decides, as indices: a class, each label, the class of each pixel. An exported file agrees with the engine if nearly all
     * decisions are the same. None if answers are quantities, which must then nearly be the same themselves.
     */
    default int[] decisions(float[] output) {
        return new int[0];
    }

    /**
     * The mean and the deviation of each output, if answers are quantities with a unit. A network learns them in these units, so that neither
     * the learning rate nor the initial weights depend on the user's; its last layer is rescaled when training ends.
     */
    default Optional<Moments> moments() {
        return Optional.empty();
    }

    /** The best answer to all images for one who sees none; a network that scores no more has learnt nothing. Empty if nobody knows. */
    default Optional<float[]> blind() {
        return Optional.empty();
    }
}
