package io.fullynested.training;

import io.fullynested.api.plugin.Option;
import java.util.Optional;

/**
 * How a submodel that was chosen is trained further, alone: by the labels, with the images and the optimiser of its supernet. Batch norms
 * alone can learn much (Frankle, Schwab and Morcos, Training BatchNorm and only BatchNorm, ICLR 2021).
 */
public record Tuning(
        @Option(value = "passes over the training images", byDefault = "1", min = 1) int epochs,
        @Option(value = "whether weights learn too, which are then not shared with other submodels any more; if not, its batch norms and biases "
                + "do, which no two exported submodels share anyway", byDefault = "false") boolean weights,
        @Option(value = "greatest learning rate; half the training's if absent, or a tenth of it where weights learn too", min = 1e-9)
        Optional<Double> learningRate) {

    /** With the learning rate that is usual. */
    public Tuning(int epochs, boolean weights) {
        this(epochs, weights, Optional.empty());
    }

    /**
     * What the learning rate rises to at most. Where weights learn, what training ended with is too small to move anything, and what it
     * began with tears down what was learnt; batch norms bear more.
     */
    double learningRate(TrainingOptions.Optimizer training) {
        return learningRate.orElse((weights ? 0.1 : 0.5) * training.learningRate());
    }
}
