package io.fullynested.api.block;

import io.fullynested.api.graph.Activation;
import io.fullynested.api.graph.Window;
import io.fullynested.api.nesting.NestingLevel;
import java.util.List;

/**
 * What a block describes itself with. Every method adds operators to the network and returns their signal. Weights, their bits,
 * and the quantisation of signals where a runtime fuses it are the builder's business.
 */
public interface BlockBuilder {

    /**
     * Declares an axis, or uses the one that the user ties to it.
     *
     * @param level what its terms are; not {@link NestingLevel#BITS}, which the builder handles
     * @param name  unique within the block and scope
     * @param size  number of terms, at least 1
     */
    Extent axis(NestingLevel level, String name, int size);

    /** Lets {@code part} describe itself in a scope of its own: names within get {@code name/} before them. */
    Signal scope(String name, Signal x, NestableBlock part);

    /**
     * The kept ones of a row of layers, each in the scope {@code name1}, {@code name2}, …: the terms of a LAYERS axis. All but the
     * first must leave the shape as it is.
     */
    Signal repeat(String name, Extent layers, Signal x, Layer layer);

    /** One of several layers. */
    @FunctionalInterface
    interface Layer {
        /** @param index counted from 0 */
        Signal build(Signal x, int index, BlockBuilder b);
    }

    /** Convolution without bias, for a batch norm to follow: {@code C×H×W → out×H'×W'}. */
    default Signal convolution(String name, Signal x, Extent out, Window window) {
        return convolution(name, x, out, window, Extent.fixed(1));
    }

    /**
     * Convolution in groups: with {@code groups} of extent G, both {@code x} and {@code out} must be {@code G.times(…)}. A depthwise
     * convolution has {@code x.extent()} for both {@code out} and {@code groups}.
     */
    default Signal convolution(String name, Signal x, Extent out, Window window, Extent groups) {
        return convolution(name, x, out, window, groups, false);
    }

    /** Convolution in groups, with a bias where no batch norm follows. */
    Signal convolution(String name, Signal x, Extent out, Window window, Extent groups, boolean bias);

    /** Dense layer with bias on a flat signal: {@code C → out}. */
    default Signal dense(String name, Signal x, Extent out) {
        return dense(name, x, out, true);
    }

    /** Dense layer on a flat signal: {@code C → out}; without bias where a batch norm follows. */
    Signal dense(String name, Signal x, Extent out, boolean bias);

    /** Batch normalisation per channel, gamma starting at 1. */
    default Signal batchNorm(String name, Signal x) {
        return batchNorm(name, x, 1);
    }

    /** Batch normalisation; a gamma that starts at 0 makes a residual unit start as the identity (Goyal et al., 2017). */
    Signal batchNorm(String name, Signal x, double gamma);

    /** Layer normalisation: over the channels or features at each position, gamma starting at 1. */
    default Signal layerNorm(String name, Signal x) {
        return layerNorm(name, x, 1e-5);
    }

    /** Layer normalisation that adds {@code epsilon} to variances. */
    Signal layerNorm(String name, Signal x, double epsilon);

    /** An element-wise function. */
    Signal activate(Activation function, Signal x);

    /** {@code max(x, 0)}. */
    default Signal relu(Signal x) {
        return activate(Activation.RELU, x);
    }

    /** {@code 1 / (1 + e⁻ˣ)}. */
    default Signal sigmoid(Signal x) {
        return activate(Activation.SIGMOID, x);
    }

    /** Sum of two signals of the same shape and extent. */
    Signal add(Signal a, Signal b);

    /** Product with a signal of the same shape, or with a flat gate of the same extent. */
    Signal multiply(Signal x, Signal gate);

    /** The channels of all signals, one after the other. */
    Signal concat(List<Signal> parts);

    /** The parts of a signal that have {@code sizes} channels in the supernet; their sum is its width, something of each is kept. */
    List<Signal> split(Signal x, int... sizes);

    /** Channel shuffle (Zhang et al., ShuffleNet, 2018): the channels seen as groups × rest, transposed. */
    Signal shuffle(Signal x, int groups);

    /** Maximum over a window. */
    default Signal maxPool(Signal x, Window window) {
        return maxPool(x, window, false);
    }

    /** Maximum over a window; {@code ceil} says whether a last one counts too that reaches beyond the padding, behind rows and columns. */
    Signal maxPool(Signal x, Window window, boolean ceil);

    /** Mean over a window. */
    Signal averagePool(Signal x, Window window);

    /** Every pixel {@code factor} times in each direction: {@code C×H×W → C×fH×fW}. */
    Signal resize(Signal x, int factor);

    /** {@code C×H×W → C}. */
    Signal globalAveragePool(Signal x);

    /** {@code C×H×W → C·H·W}; a flat signal stays as it is. */
    Signal flatten(Signal x);

    /** The pixels of an image, or steps of a sequence, as a sequence: {@code C×H×W → C×(leading + H·W)}, behind {@code leading} steps of zeros. */
    Signal tokens(Signal x, int leading);

    /** Steps {@code from ≤ t < to} of a sequence: {@code D×T → D×(to − from)}. */
    Signal steps(Signal x, int from, int to);

    /** Adds learnt numbers, one for each channel at each position. */
    Signal positions(String name, Signal x);

    /**
     * Attention of {@code queries} to {@code keys}, and the {@code values} that come of it: sequences {@code D×T}, {@code D×T'} and
     * {@code V×T'} become {@code V×T}. Queries and keys have one extent, and that of each signal is {@code heads.times(…)}.
     *
     * @param scale what products of queries and keys are multiplied by
     */
    Signal attention(Signal queries, Signal keys, Signal values, Extent heads, double scale);

    /** Softmax over the features of a flat signal. */
    Signal softmax(Signal x);
}
