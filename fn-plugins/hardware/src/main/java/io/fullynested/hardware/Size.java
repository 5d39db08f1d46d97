package io.fullynested.hardware;

import io.fullynested.api.cost.NodeCostModel;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Weight;

/**
 * Bytes that a packed file would hold: the kept bits of each weight, each tensor filled up to whole bytes; a float32 scale for each
 * output channel of quantised weights; float32 biases.
 */
public record Size() implements NodeCostModel {

    @Override
    public String unit() {
        return "bytes";
    }

    @Override
    public double cost(Graph graph, Node node) {
        return Layers.weight(node).map(Size::bytes).orElse(0.0) + Float.BYTES * Layers.shifts(graph, node);
    }

    private static double bytes(Weight weight) {
        double packed = Math.ceil((double) weight.bits() * weight.slice().elements() / Byte.SIZE);
        return weight.quantized() ? packed + Float.BYTES * weight.slice().shape()[0] : packed;
    }
}
