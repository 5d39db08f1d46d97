package com.example.acme;

import io.fullynested.api.cost.NodeCostModel;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Weight;
import io.fullynested.api.plugin.Option;

/**
 * Milliseconds for one image on the Acme board: a layer takes as long as its arithmetic or its memory traffic does, whichever takes
 * longer (the roofline model, Williams et al., CACM 2009). Other operators are free, as they are done on the way.
 */
public record AcmeLatency(
        @Option(value = "multiply-accumulates per second", byDefault = "1G", min = 1) double macsPerSecond,
        @Option(value = "bytes per second between memory and processor", byDefault = "100M", min = 1) double bytesPerSecond)
        implements NodeCostModel {

    @Override
    public String unit() {
        return "ms";
    }

    @Override
    public double cost(Graph graph, Node node) {
        return node.weight().map(weight -> milliseconds(weight, graph, node)).orElse(0.0);
    }

    private double milliseconds(Weight weight, Graph graph, Node node) {
        double bytes = weight.slice().elements() * weight.bits() / 8.0 + graph.input(node, 0).shape().elements() + node.shape().elements();
        return 1000 * Math.max(graph.macs(node) / macsPerSecond, bytes / bytesPerSecond);
    }
}
