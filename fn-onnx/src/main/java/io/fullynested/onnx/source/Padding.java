package io.fullynested.onnx.source;

import io.fullynested.core.tensor.Tensor;
import java.util.Arrays;

/**
 * How a window that slides over an image is padded, with one number for all sides. What a source pads behind rows and columns does not
 * matter, as long as the result keeps its size: it is zero anyway.
 *
 * @param around pixels on each side
 * @param more   rows and columns of zeros that the window gets in front, where the source pads more behind than before
 */
record Padding(int around, int more) {

    /**
     * The padding of a convolution.
     *
     * @param side of its window
     * @param x    what it takes, zeros around it included
     * @throws UnsupportedNodeException if its result cannot be had so
     */
    static Padding of(SourceNode node, int side, Sketch.Value x, SourceGraph source) {
        return of(node, side, x, source, node.equal("dilations", 1) == 1 ? side : 0);
    }

    /** The padding of a pooling, whose window stays as it is. */
    static int fixed(SourceNode node, int side, Sketch.Value x, SourceGraph source) {
        return of(node, side, x, source, 0).around();
    }

    private static Padding of(SourceNode node, int side, Sketch.Value x, SourceGraph source, int most) {
        int[] from = source.shape(x.draft().value.isEmpty() ? node.inputs().get(0) : x.draft().value);
        int[] to = source.shape(node.output());
        int stride = node.equal("strides", 1);
        int reach = node.equal("dilations", 1) * (side - 1);
        int before = before(node, from, to, stride, reach, x.padded());
        for (int more = 0; more <= most; more++) {
            boolean fits = true;
            for (int d = 2; d < 4; d++) {
                int free = from[d] + 2 * (before + more) - (reach + more) - 1;
                fits &= free >= 0 && free / stride + 1 == to[d];
            }
            if (fits) {
                return new Padding(before + more, more);
            }
        }
        throw node.refuse("pads its sides unequally" + (node.number("ceil_mode", 0) == 1 ? ", as it rounds the size of its result up (ceil_mode)" : ""));
    }

    /** The zeros before rows and before columns, which have to be as many. */
    private static int before(SourceNode node, int[] from, int[] to, int stride, int reach, int[] outer) {
        String auto = node.text("auto_pad", "NOTSET");
        int[] pads = node.numbers("pads", 0, 0, 0, 0);
        int[] before = new int[2];
        for (int d = 0; d < 2; d++) {
            int total = Math.max(0, (to[2 + d] - 1) * stride + reach + 1 - from[2 + d] - (outer.length == 0 ? 0 : outer[d] + outer[2 + d]));
            int own = switch (auto) {
                case "SAME_UPPER" -> total / 2;
                case "SAME_LOWER" -> total - total / 2;
                case "VALID" -> 0;
                default -> pads[d];
            };
            before[d] = own + (outer.length == 0 ? 0 : outer[d]);
        }
        if (before[0] != before[1]) {
            throw node.refuse("pads " + Arrays.toString(before) + " pixels before rows and columns; only as many are read");
        }
        return before[0];
    }

    /** The weights {@code [O, I, k, k]} of the wider window. */
    Tensor widened(Tensor weight) {
        if (more == 0) {
            return weight;
        }
        int[] shape = weight.shape();
        int side = shape[2] + more;
        Tensor wider = Tensor.zeros(shape[0], shape[1], side, side);
        for (int i = 0; i < weight.data().length; i++) {
            int column = i % shape[3];
            int row = i / shape[3] % shape[2];
            int plane = i / shape[3] / shape[2];
            wider.data()[(plane * side + row + more) * side + column + more] = weight.data()[i];
        }
        return wider;
    }
}
