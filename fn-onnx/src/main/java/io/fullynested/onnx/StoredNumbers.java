package io.fullynested.onnx;

import io.fullynested.api.graph.Activate;
import io.fullynested.api.graph.Add;
import io.fullynested.api.graph.AveragePool;
import io.fullynested.api.graph.BatchNorm;
import io.fullynested.api.graph.Concat;
import io.fullynested.api.graph.Convolution;
import io.fullynested.api.graph.Dense;
import io.fullynested.api.graph.FakeQuantize;
import io.fullynested.api.graph.Flatten;
import io.fullynested.api.graph.GlobalAveragePool;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Input;
import io.fullynested.api.graph.Layer;
import io.fullynested.api.graph.LayerNorm;
import io.fullynested.api.graph.MaxPool;
import io.fullynested.api.graph.Multiply;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Normalize;
import io.fullynested.api.graph.Operator;
import io.fullynested.api.graph.OperatorVisitor;
import io.fullynested.api.graph.Outputs;
import io.fullynested.api.graph.Permute;
import io.fullynested.api.graph.Resize;
import io.fullynested.api.graph.Slice;
import io.fullynested.api.graph.Softmax;
import io.fullynested.api.graph.Weight;
import java.util.HashSet;
import java.util.List;
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
    private final FakeQuantize[] codes;
    /** The numbers of groups that are put together somewhere; how, layers share. */
    private final Set<Integer> neighbours = new HashSet<>();

    private StoredNumbers(Graph graph, Format format) {
        this.graph = graph;
        this.format = format;
        this.real = format == Format.FLOAT16 ? Short.BYTES : Float.BYTES;
        this.uses = graph.uses();
        this.codes = new FakeQuantize[uses.length];
        graph.nodes().stream().filter(node -> graph.foldsInto(node).isPresent())
                .forEach(norm -> normalized.add(graph.input(norm, 0).name()));
    }

    static double[] perNode(Graph graph, Format format) {
        StoredNumbers numbers = new StoredNumbers(graph, format);
        double[] bytes = new double[graph.nodes().size()];
        for (int i = 0; i < bytes.length; i++) {
            Node node = graph.node(i);
            bytes[i] = node.operator().accept(numbers.new Bytes(node));
            numbers.codes[i] = numbers.codes(node);
        }
        return bytes;
    }

    private double layer(Node node, Layer layer) {
        Weight weight = layer.weight();
        int elements = weight.slice().elements();
        int[] shape = weight.slice().shape();
        boolean coded = format.codes(weight);
        boolean shifted = layer.bias().isPresent() || normalized.contains(node.name());
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

    private double widening(Node node, Convolution convolution) {
        boolean integer = format.codes(convolution.weight()) && codes[node.inputs().get(0)] != null;
        int together = integer ? WideGroups.together(convolution) : 1;
        return together == 1 ? 0 : WideGroups.bytes(together, neighbours.add(together));
    }

    private FakeQuantize codes(Node node) {
        Operator operator = node.operator();
        if (operator instanceof FakeQuantize quantize) {
            return format.coded() ? quantize : null;
        }
        List<FakeQuantize> inputs = operator.keepsCodes() ? node.inputs().stream().map(input -> codes[input]).distinct().toList() : List.of();
        return inputs.size() == 1 ? inputs.get(0) : null;
    }

    private final class Bytes implements OperatorVisitor<Double> {

        private final Node node;

        Bytes(Node node) {
            this.node = node;
        }

        private double vectors(int count) {
            return (double) count * real * node.shape().channels();
        }

        @Override
        public Double input(Input input) {
            return 0.0;
        }

        @Override
        public Double normalize(Normalize normalize) {
            return vectors(2);
        }

        @Override
        public Double convolution(Convolution convolution) {
            return layer(node, convolution) + widening(node, convolution);
        }

        @Override
        public Double dense(Dense dense) {
            return layer(node, dense);
        }

        @Override
        public Double batchNorm(BatchNorm norm) {
            return graph.foldsInto(node).isPresent() ? 0.0 : vectors(4);
        }

        @Override
        public Double activate(Activate activate) {
            return 0.0;
        }

        @Override
        public Double fakeQuantize(FakeQuantize quantize) {
            return (double) (format != Format.FLOAT16 && (format.coded() || !quantize.signed()) ? real : 2 * real);
        }

        @Override
        public Double add(Add add) {
            return 0.0;
        }

        @Override
        public Double multiply(Multiply multiply) {
            return 0.0;
        }

        @Override
        public Double concat(Concat concat) {
            return 0.0;
        }

        @Override
        public Double slice(Slice slice) {
            return 0.0;
        }

        @Override
        public Double permute(Permute permute) {
            return (double) Long.BYTES * Math.min(node.shape().channels(), 8);
        }

        @Override
        public Double flatten(Flatten flatten) {
            return 0.0;
        }

        @Override
        public Double maxPool(MaxPool pool) {
            return 0.0;
        }

        @Override
        public Double averagePool(AveragePool pool) {
            return 0.0;
        }

        @Override
        public Double globalAveragePool(GlobalAveragePool pool) {
            return 0.0;
        }

        @Override
        public Double layerNorm(LayerNorm norm) {
            return vectors(2);
        }

        @Override
        public Double resize(Resize resize) {
            return 0.0;
        }

        @Override
        public Double outputs(Outputs outputs) {
            return 0.0;
        }

        @Override
        public Double softmax(Softmax softmax) {
            return 0.0;
        }
    }
}
