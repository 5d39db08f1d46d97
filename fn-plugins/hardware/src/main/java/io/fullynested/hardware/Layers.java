package io.fullynested.hardware;

import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Operator;
import io.fullynested.api.graph.ParameterSlice;
import io.fullynested.api.graph.Weight;
import java.util.Optional;

/** What the cost models count: convolutions and dense layers, their biases, and batch norms as extraction folds them. */
final class Layers {

    private Layers() {
    }

    /** The weights of a convolution or dense layer. */
    static Optional<Weight> weight(Node node) {
        if (node.operator() instanceof Operator.Convolution convolution) {
            return Optional.of(convolution.weight());
        }
        return node.operator() instanceof Operator.Dense dense ? Optional.of(dense.weight()) : Optional.empty();
    }

    private static Optional<ParameterSlice> bias(Node node) {
        if (node.operator() instanceof Operator.Convolution convolution) {
            return convolution.bias();
        }
        return node.operator() instanceof Operator.Dense dense ? dense.bias() : Optional.empty();
    }

    /** Multiply-accumulates of a node: every weight is used once for each pixel of the result. */
    static double macs(Node node) {
        return weight(node).map(weight -> (double) weight.slice().elements() * node.shape().height() * node.shape().width()).orElse(0.0);
    }

    /**
     * How many numbers a node stores beside its weights: its biases. A batch norm that is folded into the layer before it becomes
     * that layer's bias, where it has none yet; another one scales and shifts each channel.
     */
    static int shifts(Graph graph, Node node) {
        if (node.operator() instanceof Operator.BatchNorm) {
            Node before = graph.input(node, 0);
            boolean folded = weight(before).isPresent() && graph.uses()[node.inputs().get(0)] == 1;
            int channels = node.shape().channels();
            return folded ? (bias(before).isPresent() ? 0 : channels) : 2 * channels;
        }
        return bias(node).map(ParameterSlice::elements).orElse(0);
    }

    /**
     * Bytes that a node's numbers need at least: the kept bits of each weight, each tensor filled up to whole bytes; a float32 scale
     * for each output channel of quantised weights; float32 biases.
     */
    static double packedBytes(Graph graph, Node node) {
        return weight(node).map(Layers::packedBytes).orElse(0.0) + Float.BYTES * shifts(graph, node);
    }

    private static double packedBytes(Weight weight) {
        double packed = Math.ceil((double) weight.bits() * weight.slice().elements() / Byte.SIZE);
        return weight.quantized() ? packed + Float.BYTES * weight.slice().shape()[0] : packed;
    }

    /** The bits of a signal's codes, seen through what passes codes on as they are; a float number has {@link Weight#FLOAT}. */
    static int signalBits(Graph graph, Node node) {
        Operator operator = node.operator();
        if (operator instanceof Operator.FakeQuantize quantize) {
            return quantize.bits();
        }
        boolean keepsCodes = operator instanceof Operator.MaxPool || operator instanceof Operator.Flatten || operator instanceof Operator.Slice
                || operator instanceof Operator.Permute || operator instanceof Operator.Concat;
        return keepsCodes
                ? node.inputs().stream().mapToInt(input -> signalBits(graph, graph.node(input))).max().orElse(Weight.FLOAT)
                : Weight.FLOAT;
    }
}
