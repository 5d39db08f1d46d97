package io.fullynested.hardware;

import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Operator;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.graph.Weight;
import io.fullynested.api.graph.Window;
import java.util.Locale;

/**
 * All about a node that decides how long a runtime takes for it.
 *
 * @param operator what it does, with all but its extents: {@code convolution 3/2 codes groups 4}
 * @param in       shape of its first input
 * @param out      shape of its result
 * @param macs     multiply-accumulates
 * @param weights  number of weights
 */
record OperatorShape(String operator, Shape in, Shape out, double macs, double weights) {

    static OperatorShape of(Graph graph, Node node) {
        Shape in = node.inputs().isEmpty() ? node.shape() : graph.input(node, 0).shape();
        return new OperatorShape(operator(graph, node), in, node.shape(), Layers.macs(node),
                Layers.weight(node).map(weight -> (double) weight.slice().elements()).orElse(0.0));
    }

    /** Operators of one kind run the same code: the first word, and for convolutions whether there are groups, or nothing but groups. */
    String kind() {
        String kind = operator.split(" ", 2)[0];
        return !operator.contains(" groups ") ? kind : kind + (in.channels() == groups() ? " depthwise" : " grouped");
    }

    private int groups() {
        return Integer.parseInt(operator.substring(operator.lastIndexOf(' ') + 1));
    }

    /** How much there is to do, among operators that do the same. */
    double work() {
        return macs > 0 ? macs : in.elements() + out.elements();
    }

    boolean hasPixelsOf(OperatorShape other) {
        return in.height() == other.in.height() && in.width() == other.in.width() && out.height() == other.out.height()
                && out.width() == other.out.width();
    }

    /** What time may depend on. */
    double[] features() {
        return new double[] {macs, in.elements(), out.elements(), weights};
    }

    private static String operator(Graph graph, Node node) {
        Operator operator = node.operator();
        String name = operator.getClass().getSimpleName().replaceAll("([a-z])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
        if (node.inputs().isEmpty()) {
            return name;
        }
        Node before = graph.input(node, 0);
        String codes = Layers.signalBits(graph, before) < Weight.FLOAT ? " codes" : " float";
        if (operator instanceof Operator.Convolution convolution) {
            return name + window(convolution.window()) + codes + (convolution.weight().quantized() ? "" : " weights")
                    + (convolution.groups() > 1 ? " groups " + convolution.groups() : "");
        } else if (operator instanceof Operator.MaxPool pool) {
            return name + window(pool.window()) + codes;
        } else if (operator instanceof Operator.AveragePool pool) {
            return name + window(pool.window()) + codes;
        } else if (operator instanceof Operator.Activate activate) {
            return name + " " + activate.function() + codes + after(before);
        } else if (operator instanceof Operator.FakeQuantize quantize) {
            return name + " " + quantize.bits() + after(before);
        } else if (operator instanceof Operator.BatchNorm) {
            return name + after(before);
        }
        return name + codes;
    }

    /** A runtime merges it into some of those before it. */
    private static String after(Node before) {
        return " after " + before.operator().getClass().getSimpleName();
    }

    private static String window(Window window) {
        return " " + window.kernel() + "/" + window.stride() + (window.dilation() > 1 ? " dilated " + window.dilation() : "");
    }

    /** {@code 32x14x14}, or {@code 64} if flat. */
    static String text(Shape shape) {
        return shape.toString().replace('×', 'x');
    }

    /** Reads what {@link #text} writes. */
    static Shape shape(String text) {
        if (!text.matches("[1-9]\\d{0,8}(x[1-9]\\d{0,8}x[1-9]\\d{0,8})?")) {
            throw new IllegalArgumentException("'" + text + "' is not a shape. Maybe 32x14x14?");
        }
        String[] extents = text.split("x");
        return extents.length == 1 ? Shape.flat(Integer.parseInt(text))
                : Shape.image(Integer.parseInt(extents[0]), Integer.parseInt(extents[1]), Integer.parseInt(extents[2]));
    }
}
