package io.fullynested.hardware;

import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Layer;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.ParameterRole;
import io.fullynested.api.graph.Weight;
import java.util.Optional;

/** What the cost models count: convolutions and dense layers, their biases, and batch norms as extraction folds them. */
final class Layers {

    private Layers() {
    }

    /**
     * How many numbers a node stores beside its weights: its biases, or what a normalisation scales and shifts each channel by. One that is
     * folded into the layer before it becomes that layer's bias, where it has none yet.
     */
    static int shifts(Graph graph, Node node) {
        Optional<Layer> layer = graph.foldsInto(node);
        if (layer.isPresent()) {
            return layer.get().bias().isPresent() ? 0 : node.shape().channels();
        }
        return node.operator().parameters().stream().filter(parameter -> parameter.role().learnt() && parameter.role() != ParameterRole.WEIGHT)
                .mapToInt(parameter -> parameter.slice().elements()).sum();
    }

    /**
     * Bytes that a node's numbers need at least: the kept bits of each weight, each tensor filled up to whole bytes; a float32 scale
     * for each output channel of quantised weights; float32 biases.
     */
    static double packedBytes(Graph graph, Node node) {
        return node.weight().map(Layers::packedBytes).orElse(0.0) + Float.BYTES * shifts(graph, node);
    }

    private static double packedBytes(Weight weight) {
        double packed = Math.ceil((double) weight.bits() * weight.slice().elements() / Byte.SIZE);
        return weight.quantized() ? packed + Float.BYTES * weight.slice().shape()[0] : packed;
    }

    /** The bits of a signal's codes, seen through what passes codes on as they are; a float number has {@link Weight#FLOAT}. */
    static int signalBits(Graph graph, Node node) {
        if (node.rounding().isPresent()) {
            return node.rounding().get().bits();
        }
        return node.operator().keepsCodes()
                ? node.inputs().stream().mapToInt(input -> signalBits(graph, graph.node(input))).max().orElse(Weight.FLOAT)
                : Weight.FLOAT;
    }
}
