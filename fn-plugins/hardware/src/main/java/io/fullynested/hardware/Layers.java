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
}
