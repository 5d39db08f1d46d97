package io.fullynested.onnx.source;

import io.fullynested.api.graph.Window;
import io.fullynested.api.graph.Window.Side;
import io.fullynested.core.tensor.Tensor;
import java.util.Arrays;
import java.util.Optional;

/**
 * How a window that slides over an image is padded, behind as before. A window that a source pads more behind than before gets rows or columns
 * of zeros. What a source pads behind rows and columns does not matter, as long as the result keeps its size: it is zero anyway.
 *
 * @param window over the image
 * @param row    that the source's window begins at in it
 * @param column that it begins at
 */
record Padding(Window window, int row, int column) {

    /** One direction: the window, and where the source's begins in it. */
    private record Direction(Side side, int from) {
    }

    /**
     * The padding of a convolution.
     *
     * @param kernel rows and columns of its window
     * @param x      what it takes, zeros around it included
     * @throws UnsupportedNodeException if its result cannot be had so
     */
    static Padding of(SourceNode node, int[] kernel, Sketch.Value x, SourceGraph source) {
        Direction rows = direction(node, 0, kernel, x, source, true);
        Direction columns = direction(node, 1, kernel, x, source, true);
        return new Padding(new Window(rows.side, columns.side), rows.from, columns.from);
    }

    /** The window of a pooling, which stays as it is. */
    static Window fixed(SourceNode node, int[] kernel, Sketch.Value x, SourceGraph source) {
        return new Window(direction(node, 0, kernel, x, source, false).side, direction(node, 1, kernel, x, source, false).side);
    }

    private static Direction direction(SourceNode node, int d, int[] kernel, Sketch.Value x, SourceGraph source, boolean widens) {
        int from = image(node, x, source)[2 + d];
        int to = source.shape(node.output())[2 + d];
        int stride = node.pair("strides")[d];
        int dilation = node.pair("dilations")[d];
        int before = before(node, d, from, to, kernel[d], x.padded());
        for (int more = 0; more <= (widens && dilation == 1 ? kernel[d] : 0); more++) {
            for (int around = before; around <= before + more; around++) {
                Side side = new Side(kernel[d] + more, stride, around, dilation);
                int free = from + 2 * around - side.reach();
                if (free >= 0 && free / stride + 1 == to) {
                    return new Direction(side, around - before);
                }
            }
        }
        throw node.refuse(node.number("ceil_mode", 0) == 1 ? "pads its sides unequally, as it rounds the size of its result up (ceil_mode)"
                : "has a window of " + Arrays.toString(kernel) + " and begins " + before + " pixels before the " + (d == 0 ? "rows" : "columns")
                        + "; no window with as many zeros behind gives as much");
    }

    /** The shape of the image, without the zeros that a node before has put around it. */
    private static int[] image(SourceNode node, Sketch.Value x, SourceGraph source) {
        int[] shape = source.shape(node.inputs().get(0)).clone();
        for (int i = 0; i < x.padded().length; i++) {
            shape[2 + i % 2] -= x.padded()[i];
        }
        return shape;
    }

    /**
     * The window of a pooling of maxima whose last window reaches beyond the image, if it does so as {@code MaxPool(window, true)} here; empty
     * if not.
     */
    static Optional<Window> ceil(SourceNode node, int[] kernel, Sketch.Value x, SourceGraph source) {
        Side[] sides = new Side[2];
        for (int d = 0; d < 2; d++) {
            int from = image(node, x, source)[2 + d];
            int to = source.shape(node.output())[2 + d];
            int before = before(node, d, from, to, kernel[d], x.padded());
            sides[d] = new Side(kernel[d], node.pair("strides")[d], before, node.pair("dilations")[d]);
            int windows = 1 - Math.floorDiv(sides[d].reach() - from - 2 * before, sides[d].stride());
            windows -= (windows - 1) * sides[d].stride() >= from + before ? 1 : 0;
            if (windows != to) {
                return Optional.empty();
            }
        }
        return Optional.of(new Window(sides[0], sides[1]));
    }

    /** The zeros before rows or columns. */
    private static int before(SourceNode node, int d, int from, int to, int kernel, int[] outer) {
        int reach = node.pair("dilations")[d] * (kernel - 1);
        int total = Math.max(0, (to - 1) * node.pair("strides")[d] + reach + 1 - from - (outer.length == 0 ? 0 : outer[d] + outer[2 + d]));
        int own = switch (node.text("auto_pad", "NOTSET")) {
            case "SAME_UPPER" -> total / 2;
            case "SAME_LOWER" -> total - total / 2;
            case "VALID" -> 0;
            default -> node.numbers("pads", 0, 0, 0, 0)[d];
        };
        return own + (outer.length == 0 ? 0 : outer[d]);
    }

    /** The weights {@code [O, I, rows, columns]} of the window. */
    Tensor widened(Tensor weight) {
        int[] shape = weight.shape();
        int high = window.rows().kernel();
        int wide = window.columns().kernel();
        if (shape[2] == high && shape[3] == wide) {
            return weight;
        }
        Tensor wider = Tensor.zeros(shape[0], shape[1], high, wide);
        for (int i = 0; i < weight.data().length; i++) {
            int x = i % shape[3];
            int y = i / shape[3] % shape[2];
            int plane = i / shape[3] / shape[2];
            wider.data()[(plane * high + y + row) * wide + x + column] = weight.data()[i];
        }
        return wider;
    }
}
