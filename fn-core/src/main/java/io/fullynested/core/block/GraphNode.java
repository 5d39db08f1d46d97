package io.fullynested.core.block;

import io.fullynested.api.graph.Window;
import io.fullynested.api.plugin.Option;
import java.util.List;
import java.util.Optional;

/**
 * A node of a {@link GraphBlock}.
 *
 * @param name     unique within the block
 * @param is       what it does
 * @param of       what it takes: names of nodes before it, or {@link #INPUT}
 * @param channels output channels of a convolution, units of a dense layer
 * @param columns  kernel, stride, padding and dilation over columns; those of the node are over rows then
 * @param ceil     of a pooling of maxima: whether a last window counts too that reaches beyond the padding
 * @param epsilon  what a layer norm adds to variances
 * @param heads    of an attention, and of layers that it takes: groups of channels one after the other
 * @param scale    of an attention: what products of queries and keys are multiplied by
 * @param from     of steps: the first one that is taken
 * @param to       of steps: the first one that is not taken any more
 * @param paths    of an attention whose heads are nested, and of layers that it takes: the axis of these heads; then a layer's axis is of the
 *                 channels of each
 * @param axis     of a layer that is nested: the axis of its channels or units; layers that name the same keep the same
 * @param layers   of a sum: the axis of the residual units that it closes one of; the first thing it takes is what goes around the unit
 * @param rank     of such a sum: how many terms of the axis come before it; it is left out if no more are kept
 */
public record GraphNode(
        @Option("its name, unique within the block") String name,
        @Option("what it does") Kind is,
        @Option(value = "the nodes that it takes, or input; the one before it if absent", byDefault = "[]") List<String> of,
        @Option(value = "output channels of a convolution, units of a dense layer", byDefault = "0", min = 0) int channels,
        @Option(value = "side of the window in pixels", byDefault = "1", min = 1) int kernel,
        @Option(value = "step of the window in pixels", byDefault = "1", min = 1) int stride,
        @Option(value = "pixels added on each side; of tokens, steps of zeros in front", byDefault = "0", min = 0) int padding,
        @Option(value = "distance of the window's pixels", byDefault = "1", min = 1) int dilation,
        @Option("the window over columns, where it is another than that over rows") Optional<Columns> columns,
        @Option(value = "groups of channels that see each other", byDefault = "1", min = 1) int groups,
        @Option(value = "whether a layer adds a bias", byDefault = "false") boolean bias,
        @Option(value = "of a max pooling: whether a last window counts too that reaches beyond the padding", byDefault = "false") boolean ceil,
        @Option(value = "what a layer norm adds to variances", byDefault = "1e-5", min = 0) double epsilon,
        @Option(value = "of an attention and of layers that it takes: groups of channels, one after the other", byDefault = "1", min = 1) int heads,
        @Option(value = "of an attention: what products of queries and keys are multiplied by", byDefault = "1") double scale,
        @Option(value = "the first step that is taken of a sequence", byDefault = "0", min = 0) int from,
        @Option(value = "the first step that is not taken any more", byDefault = "1", min = 1) int to,
        @Option("the axis of the heads; a layer's axis is of the channels of each then") Optional<String> paths,
        @Option("the axis of a layer's channels or units, shared by all that name it; not nested if absent") Optional<String> axis,
        @Option("the axis of the residual units that a sum closes one of") Optional<String> layers,
        @Option(value = "how many terms of that axis come before it", byDefault = "1", min = 1) int rank) {

    /** What the block takes. */
    static final String INPUT = "input";

    /** What nodes can do. */
    public enum Kind {
        CONVOLUTION, DENSE, BATCH_NORM, LAYER_NORM, RELU, RELU6, HARD_SWISH, HARD_SIGMOID, SIGMOID, TANH, GELU, SILU, GELU_TANH, ADD, MULTIPLY, CONCAT, MAX_POOL,
        AVERAGE_POOL, GLOBAL_AVERAGE_POOL, FLATTEN, SOFTMAX,
        TOKENS, STEPS, POSITIONS, ATTENTION;

        /** Whether it has weights, and so channels. */
        public boolean layer() {
            return this == CONVOLUTION || this == DENSE;
        }
    }

    /** How a window slides over columns. */
    public record Columns(
            @Option(value = "columns of the window", byDefault = "1", min = 1) int kernel,
            @Option(value = "step in pixels", byDefault = "1", min = 1) int stride,
            @Option(value = "pixels added on each side", byDefault = "0", min = 0) int padding,
            @Option(value = "distance of the window's pixels", byDefault = "1", min = 1) int dilation) {

        private Window.Side side() {
            return new Window.Side(kernel, stride, padding, dilation);
        }

        /** What differs from the rows of a window; empty if nothing does. */
        public static Optional<Columns> of(Window window) {
            Window.Side side = window.columns();
            return window.square() ? Optional.empty() : Optional.of(new Columns(side.kernel(), side.stride(), side.padding(), side.dilation()));
        }
    }

    /** @throws IllegalArgumentException if something is missing for its kind */
    public GraphNode {
        of = List.copyOf(of);
        if (is.layer() && channels < 1) {
            throw new IllegalArgumentException("'" + name + "' needs channels");
        }
        if (channels % heads != 0) {
            throw new IllegalArgumentException("'" + name + "' has " + heads + " heads, which cannot share " + channels + " channels evenly");
        }
        if (is == Kind.ATTENTION && of.size() != 3) {
            throw new IllegalArgumentException("'" + name + "' takes queries, keys and values, not " + of);
        }
        if (layers.isPresent() && is != Kind.ADD) {
            throw new IllegalArgumentException("'" + name + "' closes no residual unit, for it is no sum");
        }
    }

    /** The same, taking these. */
    GraphNode of(List<String> others) {
        return with(others, layers, rank);
    }

    /** The same, taking another node in the place of one. */
    public GraphNode taking(String one, String other) {
        return of(of.stream().map(taken -> taken.equals(one) ? other : taken).toList());
    }

    /** The same sum in another place of its axis. */
    public GraphNode ranked(int other) {
        return with(of, layers, other);
    }

    /** The same sum as one that closes no residual unit. */
    public GraphNode unlayered() {
        return with(of, Optional.empty(), 1);
    }

    private GraphNode with(List<String> others, Optional<String> units, int place) {
        return new GraphNode(name, is, others, channels, kernel, stride, padding, dilation, columns, groups, bias, ceil, epsilon, heads, scale, from, to, paths,
                axis, units, place);
    }

    /** The window that slides over an image. */
    Window window() {
        return columns.map(across -> new Window(new Window.Side(kernel, stride, padding, dilation), across.side()))
                .orElseGet(() -> new Window(kernel, stride, padding, dilation));
    }
}
