package io.fullynested.hardware;

import io.fullynested.api.cost.NodeCostModel;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Operator;
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
        return Layers.weight(node).map(weight -> weight.bits() * activationBits(graph, graph.input(node, 0)) * Layers.macs(node)).orElse(0.0);
    }

    /** The bits of a signal's codes, seen through what passes codes on as they are. */
    private static int activationBits(Graph graph, Node node) {
        Operator operator = node.operator();
        if (operator instanceof Operator.FakeQuantize quantize) {
            return quantize.bits();
        }
        boolean keepsCodes = operator instanceof Operator.MaxPool || operator instanceof Operator.Flatten || operator instanceof Operator.Slice
                || operator instanceof Operator.Permute || operator instanceof Operator.Concat;
        return keepsCodes
                ? node.inputs().stream().mapToInt(input -> activationBits(graph, graph.node(input))).max().orElse(Weight.FLOAT)
                : Weight.FLOAT;
    }
}
