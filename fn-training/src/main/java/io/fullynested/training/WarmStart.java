package io.fullynested.training;

import io.fullynested.api.plugin.Option;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A full network that is trained before its prefixes are, so that they begin with what it has learnt: one that was trained before, or
 * the network itself in the first part of the training, which has a learning rate schedule of its own.
 */
public record WarmStart(
        @Option("checkpoint of a network with the same master tensors, whatever prefixes of them it was trained at") Optional<Path> checkpoint,
        @Option(value = "share of the steps, the first ones, in which the full network learns alone", byDefault = "0", min = 0, max = 0.99)
        double share,
        @Option(value = "whether its channels, neurons and paths then keep their order, or are put in that of the norm of the weights that read "
                + "them, or of how little noise they bear (structured Bayesian pruning)", byDefault = "none") Rank rank) {

    /** In which order terms begin. */
    public enum Rank {
        /** As they were. */
        NONE,
        /** The strongest first; see {@link io.fullynested.core.model.Ranking}. */
        NORM,
        /** That which bears the least noise first; see {@link SignalToNoise}. */
        SIGNAL_TO_NOISE
    }

    /** @throws IllegalArgumentException if there is nothing to begin with */
    public WarmStart {
        if (checkpoint.isEmpty() && share == 0) {
            throw new IllegalArgumentException("needs a trained network, checkpoint: FILE, or a share of the steps to train one in. Maybe share: 0.2?");
        }
    }

    /** In how many of the steps, the first ones, the full network learns alone. */
    long steps(long steps) {
        return Math.round(share * steps);
    }
}
