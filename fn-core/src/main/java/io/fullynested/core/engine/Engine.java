package io.fullynested.core.engine;

import io.fullynested.core.model.Model;
import io.fullynested.core.tensor.Tensor;
import java.util.Map;

/** Something that computes graphs. Not for use by several threads at once. */
public interface Engine extends AutoCloseable {

    /**
     * Computes the output of a network whose batch norms, if it has any, were recalibrated.
     *
     * @param images {@code [n, C, H, W]}, values in 0..1
     * @return {@code [n, …]}, the shape of the graph's output after the n
     */
    Tensor run(Model model, Tensor images);

    /**
     * Computes the statistics of every batch norm in one forward pass over the images, each normalised by the statistics of the
     * images themselves, as in training.
     *
     * @param images {@code [n, C, H, W]}, n at least 2
     * @return mean and biased variance, {@code [C]} each, under the names in {@link io.fullynested.api.graph.BatchNorm}; to
     *         be handed to {@link Model#with}
     */
    Map<String, Tensor> recalibrate(Model model, Tensor images);

    /**
     * The output if every batch norm normalises by the statistics of these very images, as in training: the same numbers as
     * {@link #recalibrate} and then {@link #run} on the same images, which an engine may get in one pass.
     *
     * @param images {@code [n, C, H, W]}, n at least 2
     * @return as {@link #run}
     */
    default Tensor runAsInTraining(Model model, Tensor images) {
        return run(model.with(recalibrate(model, images)), images);
    }

    /** Frees what the engine holds. */
    @Override
    void close();
}
