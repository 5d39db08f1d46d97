package io.fullynested.onnx;

import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Operator;
import io.fullynested.api.graph.ParameterSlice;
import io.fullynested.api.graph.Weight;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How many bytes of numbers the nodes of a graph put into a file, counted without writing one. A search asks this of every submodel, so it
 * cannot export each; tests hold it against exported files. A handful of scalars that layers share is not counted.
 */
final class StoredNumbers {

    private final Graph graph;
    private final Format format;
    /** The bytes of a number that is no code. */
    private final int real;
    private final int[] uses;
    /** The layers that a batch norm is folded into. */
    private final Set<String> normalized = new HashSet<>();
    /** For the result of each node, the quantiser whose codes it is made of, if it is made of codes of one. */
    private final Operator.FakeQuantize[] codes;
    /** The numbers of groups that are put together somewhere; how, layers share. */
    private final Set<Integer> neighbours = new HashSet<>();

    private StoredNumbers(Graph graph, Format format) {
        this.graph = graph;
        this.format = format;
        this.real = format == Format.FLOAT16 ? Short.BYTES : Float.BYTES;
        this.uses = graph.uses();
        this.codes = new Operator.FakeQuantize[uses.length];
        graph.nodes().stream().filter(node -> node.operator() instanceof Operator.BatchNorm && folded(node))
                .forEach(norm -> normalized.add(graph.input(norm, 0).name()));
    }

    static double[] perNode(Graph graph, Format format) {
        StoredNumbers numbers = new StoredNumbers(graph, format);
        double[] bytes = new double[graph.nodes().size()];
        for (int i = 0; i < bytes.length; i++) {
            Node node = graph.node(i);
            bytes[i] = numbers.bytes(node);
            numbers.codes[i] = numbers.codes(node);
        }
        return bytes;
    }

    private double bytes(Node node) {
        Operator operator = node.operator();
        int channels = node.shape().channels();
        if (operator instanceof Operator.Convolution convolution) {
            return layer(node, convolution.weight(), convolution.bias()) + widening(node, convolution);
        } else if (operator instanceof Operator.Dense dense) {
            return layer(node, dense.weight(), dense.bias());
        } else if (operator instanceof Operator.BatchNorm) {
            return folded(node) ? 0 : 4 * real * channels;
        } else if (operator instanceof Operator.Normalize) {
            return 2 * real * channels;
        } else if (operator instanceof Operator.Permute) {
            return Long.BYTES * Math.min(channels, 8);
        } else if (operator instanceof Operator.FakeQuantize quantize) {
            return format != Format.FLOAT16 && (format.coded() || !quantize.signed()) ? real : 2 * real;
        }
        return 0;
    }

    private double layer(Node node, Weight weight, Optional<ParameterSlice> bias) {
        int elements = weight.slice().elements();
        int[] shape = weight.slice().shape();
        boolean coded = format.codes(weight);
        boolean shifted = bias.isPresent() || normalized.contains(node.name());
        // an integer bias and its steps, where codes go in
        double shifts = shifted ? (coded && codes[node.inputs().get(0)] != null ? Integer.BYTES + Float.BYTES : real) * shape[0] : 0;
        if (!coded) {
            return shifts + (double) real * elements;
        }
        // steps and zero points
        return shifts + (Float.BYTES + Byte.BYTES) * shape[0] + switch (format) {
            case PACKED -> weight.bits() * ((elements + 7) / 8) + Long.BYTES * (1 + shape.length);
            case INT4 -> weight.bits() <= 4 ? (elements + 1) / 2 : elements;
            default -> elements;
        };
    }

    private double widening(Node node, Operator.Convolution convolution) {
        boolean integer = format.codes(convolution.weight()) && codes[node.inputs().get(0)] != null;
        int together = integer ? WideGroups.together(convolution) : 1;
        return together == 1 ? 0 : WideGroups.bytes(together, neighbours.add(together));
    }

    /** Whether extraction folds a batch norm into the layer before it. */
    private boolean folded(Node norm) {
        Operator before = graph.input(norm, 0).operator();
        return uses[norm.inputs().get(0)] == 1 && (before instanceof Operator.Convolution || before instanceof Operator.Dense);
    }

    private Operator.FakeQuantize codes(Node node) {
        Operator operator = node.operator();
        if (operator instanceof Operator.FakeQuantize quantize) {
            return format.coded() ? quantize : null;
        }
        boolean moves = operator instanceof Operator.MaxPool || operator instanceof Operator.Flatten || operator instanceof Operator.Slice
                || operator instanceof Operator.Permute || operator instanceof Operator.Concat;
        List<Operator.FakeQuantize> inputs = moves ? node.inputs().stream().map(input -> codes[input]).distinct().toList() : List.of();
        return inputs.size() == 1 ? inputs.get(0) : null;
    }
}
