package io.fullynested.core.model;

import java.util.Arrays;
import java.util.Objects;

/**
 * A master tensor of a supernet.
 *
 * @param name    unique
 * @param shape   its full shape
 * @param role    what it is for
 * @param initial for {@link Role#WEIGHT} and {@link Role#TABLE} the standard deviation of the normal distribution it starts from, else the value that it
 *                starts as
 */
public record MasterParameter(String name, int[] shape, Role role, double initial) {

    /** What a master tensor is for. */
    public enum Role {
        /** Weights of a convolution or dense layer; decayed. */
        WEIGHT,
        /** Bias of a dense layer. */
        BIAS,
        /** Scale of a normalisation. */
        GAMMA,
        /** Shift of a normalisation. */
        BETA,
        /** What is added to each channel at each position. */
        TABLE,
        /** Clip of an activation quantiser, {@code []}; follows the signal, not the gradient. */
        CLIP,
        /** Clip of an input that is taken as bytes, {@code []}: the number that 255 stands for, so that its bytes are its codes. Constant. */
        BOUND,
        /** Mean of the input per channel, set from the training images. */
        INPUT_MEAN,
        /** Standard deviation of the input per channel, set from the training images. */
        INPUT_DEVIATION;

        /** Whether a gradient moves it. */
        public boolean trained() {
            return this == WEIGHT || this == BIAS || this == GAMMA || this == BETA || this == TABLE;
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MasterParameter that && name.equals(that.name) && Arrays.equals(shape, that.shape) && role == that.role
                && Double.compare(initial, that.initial) == 0;
    }

    @Override
    public int hashCode() {
        return 31 * Objects.hash(name, role, initial) + Arrays.hashCode(shape);
    }

    @Override
    public String toString() {
        return "MasterParameter[" + name + " " + Arrays.toString(shape) + ", role=" + role + ", initial=" + initial + "]";
    }
}
