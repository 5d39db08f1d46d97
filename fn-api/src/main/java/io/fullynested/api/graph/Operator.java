package io.fullynested.api.graph;

import java.util.List;
import java.util.Optional;

/**
 * The closed set of operators of a {@link Graph}. Shapes below are without the batch dimension; {@code C, H, W} are kept
 * extents, as a graph has no axes left in it.
 */
public sealed interface Operator {

    /** The image {@code C×H×W}, values in 0..1. No inputs. */
    record Input() implements Operator {
    }

    /** {@code (x − mean) / deviation} per channel. */
    record Normalize(ParameterSlice mean, ParameterSlice deviation) implements Operator {
    }

    /**
     * {@code C×H×W → O×H'×W'}.
     *
     * @param weight {@code [O, C/groups, kernel, kernel]}
     * @param bias   {@code [O]}
     * @param groups number of groups of channels that see each other
     */
    record Convolution(Weight weight, Optional<ParameterSlice> bias, Window window, int groups) implements Operator {
    }

    /**
     * {@code C → O}, on flat signals.
     *
     * @param weight {@code [O, C]}
     * @param bias   {@code [O]}
     */
    record Dense(Weight weight, Optional<ParameterSlice> bias) implements Operator {
    }

    /**
     * {@code gamma · (x − mean) / √(variance + epsilon) + beta} per channel. In training, mean and (biased) variance are those of
     * the batch; elsewhere those of a recalibration, which has to come first: the masters hold no statistics.
     *
     * @param mean     where a recalibration of this graph puts the means, {@code [C]}
     * @param variance where it puts the variances, {@code [C]}
     */
    record BatchNorm(ParameterSlice gamma, ParameterSlice beta, ParameterSlice mean, ParameterSlice variance, double epsilon)
            implements Operator {
    }

    /** Element-wise function; any shape. */
    record Activate(Activation function) implements Operator {
    }

    /** Sum of two signals of one shape. */
    record Add() implements Operator {
    }

    /** Product of a signal {@code C×H×W} with one of the same shape, or with a flat gate {@code C}. */
    record Multiply() implements Operator {
    }

    /** Channels of all inputs, one after the other. */
    record Concat() implements Operator {
    }

    /** Channels {@code from ≤ c < to}. */
    record Slice(int from, int to) implements Operator {
    }

    /**
     * Channels in another order, as a channel shuffle leaves them.
     *
     * @param order for each channel of the result the channel of the input it comes from
     */
    record Permute(List<Integer> order) implements Operator {
        public Permute {
            order = List.copyOf(order);
        }
    }

    /** Maximum over a window; padding never wins. */
    record MaxPool(Window window) implements Operator {
    }

    /** Mean over a window, padded zeros counted. */
    record AveragePool(Window window) implements Operator {
    }

    /** {@code C×H×W → C} (flat): the mean of each channel. */
    record GlobalAveragePool() implements Operator {
    }

    /** {@code C×H×W → C·H·W} (flat), channel by channel. */
    record Flatten() implements Operator {
    }

    /** {@code eˣ / Σ eˣ} over the features of a flat signal. */
    record Softmax() implements Operator {
    }

    /**
     * Rounds a signal to the nearest of 2ᵏ evenly spaced values. Unsigned: {@code q = min(round(x / s), 2ᵏ−1)} with
     * {@code s = clip / (2ᵏ−1)}. Signed: {@code q = min(max(round(x / s), −2ᵏ⁻¹), 2ᵏ⁻¹−1)} with {@code s = 2⁸⁻ᵏ clip / 127}. The value is
     * {@code s · q}. Rounding is half to even; zero is a code, so zero padding is exact.
     * With {@link Weight#FLOAT} bits the signal is only clipped, to {@code 0..clip} or {@code −128/127 clip..clip}: what is left of the
     * operator where signals stay float.
     *
     * @param bits   1..8 unsigned, 2..8 signed, or {@link Weight#FLOAT}
     * @param signed whether the signal can be negative
     * @param clip   {@code []}, the greatest value that is told apart
     */
    record FakeQuantize(int bits, boolean signed, ParameterSlice clip) implements Operator {

        /** Whether the result is made of codes, not only clipped. */
        public boolean rounds() {
            return bits != Weight.FLOAT;
        }
    }
}
