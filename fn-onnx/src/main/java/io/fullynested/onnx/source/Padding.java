package io.fullynested.onnx.source;

import io.fullynested.core.tensor.Tensor;
import java.util.Arrays;

/**
 * How a window that slides over an image is padded, with one number for all sides. A window that a source pads unequally, or that is not
 * square, gets rows and columns of zeros. What a source pads behind rows and columns does not matter, as long as the result keeps its size:
 * it is zero anyway.
 *
 * @param around pixels on each side
 * @param side   of the square window
 * @param row    that the source's window begins at in it
 * @param column that it begins at
 */
record Padding(int around, int side, int row, int column) {

    /**
     * The padding of a convolution.
     *
     * @param window rows and columns of its window
     * @param x      what it takes, zeros around it included
     * @throws UnsupportedNodeException if its result cannot be had so
     */
    static Padding of(SourceNode node, int[] window, Sketch.Value x, SourceGraph source) {
        return of(node, window, x, source, node.equal("dilations", 1) == 1 ? Math.max(window[0], window[1]) : 0);
    }

    /** The padding of a pooling, whose window stays as it is. */
    static int fixed(SourceNode node, int side, Sketch.Value x, SourceGraph source) {
        return of(node, new int[] {side, side}, x, source, 0).around();
    }

    private static Padding of(SourceNode node, int[] window, Sketch.Value x, SourceGraph source, int most) {
        int[] from = image(node, x, source);
        int[] to = source.shape(node.output());
        int stride = node.equal("strides", 1);
        int dilation = node.equal("dilations", 1);
        int[] before = before(node, from, to, window, x.padded());
        if (most == 0 && (before[0] != before[1] || window[0] != window[1])) {
            throw node.refuse("pads " + Arrays.toString(before) + " pixels before rows and columns of a window " + Arrays.toString(window)
                    + "; only as many, of a square one, are read");
        }
        int least = Math.max(before[0], before[1]);
        for (int more = 0; more <= most; more++) {
            for (int around = least; around <= least + more; around++) {
                int row = around - before[0];
                int column = around - before[1];
                int side = Math.max(row + window[0], column + window[1]) + more - (around - least);
                boolean fits = true;
                for (int d = 0; d < 2; d++) {
                    int free = from[2 + d] + 2 * around - dilation * (side - 1) - 1;
                    fits &= free >= 0 && free / stride + 1 == to[2 + d];
                }
                if (fits) {
                    return new Padding(around, side, row, column);
                }
            }
        }
        throw node.refuse(node.number("ceil_mode", 0) == 1 ? "pads its sides unequally, as it rounds the size of its result up (ceil_mode)"
                : "has a window of " + Arrays.toString(window) + " and begins at " + Arrays.toString(before)
                        + " pixels before the image; no square window with as many zeros on each side gives as much");
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
     * The zeros before rows and columns of a pooling of maxima whose last window reaches beyond the image, if it does so as
     * {@code MaxPool(window, true)} here; -1 if not.
     */
    static int ceil(SourceNode node, int side, Sketch.Value x, SourceGraph source) {
        int[] from = image(node, x, source);
        int[] to = source.shape(node.output());
        int stride = node.equal("strides", 1);
        int reach = node.equal("dilations", 1) * (side - 1) + 1;
        int[] before = before(node, from, to, new int[] {side, side}, x.padded());
        for (int d = 0; d < 2; d++) {
            int windows = 1 - Math.floorDiv(reach - from[2 + d] - 2 * before[d], stride);
            windows -= (windows - 1) * stride >= from[2 + d] + before[d] ? 1 : 0;
            if (windows != to[2 + d] || before[0] != before[1]) {
                return -1;
            }
        }
        return before[0];
    }

    /** The zeros before rows and before columns. */
    private static int[] before(SourceNode node, int[] from, int[] to, int[] window, int[] outer) {
        String auto = node.text("auto_pad", "NOTSET");
        int[] pads = node.numbers("pads", 0, 0, 0, 0);
        int[] before = new int[2];
        for (int d = 0; d < 2; d++) {
            int reach = node.equal("dilations", 1) * (window[d] - 1);
            int total = Math.max(0, (to[2 + d] - 1) * node.equal("strides", 1) + reach + 1 - from[2 + d] - (outer.length == 0 ? 0 : outer[d] + outer[2 + d]));
            int own = switch (auto) {
                case "SAME_UPPER" -> total / 2;
                case "SAME_LOWER" -> total - total / 2;
                case "VALID" -> 0;
                default -> pads[d];
            };
            before[d] = own + (outer.length == 0 ? 0 : outer[d]);
        }
        return before;
    }

    /** The weights {@code [O, I, side, side]} of the square window. */
    Tensor widened(Tensor weight) {
        int[] shape = weight.shape();
        if (shape[2] == side && shape[3] == side) {
            return weight;
        }
        Tensor wider = Tensor.zeros(shape[0], shape[1], side, side);
        for (int i = 0; i < weight.data().length; i++) {
            int x = i % shape[3];
            int y = i / shape[3] % shape[2];
            int plane = i / shape[3] / shape[2];
            wider.data()[(plane * side + y + row) * side + x + column] = weight.data()[i];
        }
        return wider;
    }
}
