package io.fullynested.hardware;

import io.fullynested.api.cost.NodeCostModel;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;

/** Weights and biases that an extracted network holds. */
public record Params() implements NodeCostModel {

    @Override
    public String unit() {
        return "parameters";
    }

    @Override
    public double cost(Graph graph, Node node) {
        return node.weight().map(weight -> weight.slice().elements()).orElse(0) + Layers.shifts(graph, node);
    }
}
