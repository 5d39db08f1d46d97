package io.fullynested.training;

import io.fullynested.api.plugin.Option;
import java.nio.file.Path;

/** A trained network that training begins with, in the place of random numbers. */
public record WarmStart(
        @Option("checkpoint of a network with the same master tensors, whatever prefixes of them it was trained at") Path checkpoint,
        @Option(value = "whether its channels, neurons and paths keep their order, or are put in that of the norm of the weights that read them",
                byDefault = "none") Rank rank) {

    /** In which order terms begin. */
    public enum Rank {
        /** As they were. */
        NONE,
        /** The strongest first; see {@link io.fullynested.core.model.Ranking}. */
        NORM
    }
}
