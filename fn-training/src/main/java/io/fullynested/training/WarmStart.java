package io.fullynested.training;

import io.fullynested.api.plugin.Option;
import java.nio.file.Path;

/** A trained network that training begins with, in the place of random numbers. */
public record WarmStart(
        @Option("checkpoint of a network with the same master tensors, whatever prefixes of them it was trained at") Path checkpoint) {
}
