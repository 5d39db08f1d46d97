package io.fullynested.hardware;

import io.fullynested.api.cost.NodeCostModel;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;

/** Multiply-accumulates of convolutions (padding counted) and dense layers for one image. */
public record Macs() implements NodeCostModel {

    @Override
    public String unit() {
        return "MACs";
    }

    @Override
    public double cost(Graph graph, Node node) {
        return graph.macs(node);
    }
}
