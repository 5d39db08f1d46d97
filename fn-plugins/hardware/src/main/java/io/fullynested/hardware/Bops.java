package io.fullynested.hardware;

import io.fullynested.api.cost.NodeCostModel;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Weight;

/**
 * Bit operations for one image: weight bits × activation bits × MACs, a float number counting {@link Weight#FLOAT} bits (Baskin et
 * al., UNIQ, 2018, without the accumulator's share).
 */
public record Bops() implements NodeCostModel {

    @Override
    public String unit() {
        return "BOPs";
    }

    @Override
    public double cost(Graph graph, Node node) {
        return node.weight().map(weight -> (double) weight.bits() * Layers.signalBits(graph, graph.input(node, 0)) * graph.macs(node)).orElse(0.0);
    }
}
