package io.fullynested.core.engine;

import io.fullynested.api.graph.BatchNorm;
import io.fullynested.core.tensor.Tensor;
import java.util.Map;

/** A network on a device, ready to be run again and again. For one thread at a time. */
public interface Executable extends AutoCloseable {

    /**
     * Computes the output of a network whose batch norms, if it has any, were recalibrated.
     *
     * @param images {@code [n, C, H, W]}, values in 0..1
     * @return {@code [n, …]}, the shape of the graph's output after the n
     */
    Tensor run(Tensor images);

    /**
     * Computes the statistics of every batch norm in one forward pass over the images, each normalised by the statistics of the
     * images themselves, as in training.
     *
     * @param images {@code [n, C, H, W]}, n at least 2
     * @return mean and biased variance, {@code [C]} each, under the names in {@link BatchNorm}; to be handed to
     *         {@link io.fullynested.core.model.Model#with}
     */
    Map<String, Tensor> recalibrate(Tensor images);

    /**
     * The output if every batch norm normalises by the statistics of these very images, as in training: the same numbers as
     * {@link #recalibrate} and then {@link #run} of the network with what that gave.
     *
     * @param images {@code [n, C, H, W]}, n at least 2
     * @return as {@link #run}
     */
    Tensor runAsInTraining(Tensor images);

    /** Frees what lies on the device. */
    @Override
    void close();
}
