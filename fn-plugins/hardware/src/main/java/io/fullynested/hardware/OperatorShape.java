package io.fullynested.hardware;

import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Operator;
import io.fullynested.api.graph.Shape;
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
        return new OperatorShape(operator(graph, node), in, node.shape(), graph.macs(node),
                node.weight().map(weight -> (double) weight.slice().elements()).orElse(0.0));
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
        return node.inputs().isEmpty() ? name : name + operator.accept(new Details(graph, graph.input(node, 0)));
    }

    /** {@code 32x14x14}, {@code 64x16} for a sequence, or {@code 64} if flat. */
    static String text(Shape shape) {
        return shape.toString().replace('×', 'x');
    }

    /** Reads what {@link #text} writes. */
    static Shape shape(String text) {
        if (!text.matches("[1-9]\\d{0,8}(x[1-9]\\d{0,8}){0,2}")) {
            throw new IllegalArgumentException("'" + text + "' is not a shape. Maybe 32x14x14?");
        }
        String[] extents = text.split("x");
        int channels = Integer.parseInt(extents[0]);
        return switch (extents.length) {
            case 1 -> Shape.flat(channels);
            case 2 -> Shape.sequence(channels, Integer.parseInt(extents[1]));
            default -> Shape.image(channels, Integer.parseInt(extents[1]), Integer.parseInt(extents[2]));
        };
    }
}
