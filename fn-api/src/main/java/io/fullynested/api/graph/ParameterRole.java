package io.fullynested.api.graph;

import java.util.Locale;

/** What an operator has a parameter for. */
public enum ParameterRole {
    /** Weights of a layer. */
    WEIGHT,
    /** What a layer adds to each output channel. */
    BIAS,
    /** What a normalisation multiplies each channel by. */
    GAMMA,
    /** What a normalisation adds to each channel. */
    BETA,
    /** What is added to each channel at each position. */
    TABLE,
    /** The mean of each channel: of the images, or of a recalibration. */
    MEAN,
    /** The variance of each channel, of a recalibration. */
    VARIANCE,
    /** The standard deviation of each channel of the images. */
    DEVIATION,
    /** The greatest value that a rounded signal tells apart. */
    CLIP;

    /** Whether a gradient moves it; what does not learn is measured. */
    public boolean learnt() {
        return this == WEIGHT || this == BIAS || this == GAMMA || this == BETA || this == TABLE;
    }

    /** The name that tensors get: {@code gamma}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
