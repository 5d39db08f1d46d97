package io.fullynested.api.cost;

import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import java.util.Arrays;

/** A cost that is the sum of what its nodes cost. */
public interface NodeCostModel extends CostModel {

    /** The share of one node. */
    double cost(Graph graph, Node node);

    @Override
    default double[] perNode(Graph graph) {
        return graph.nodes().stream().mapToDouble(node -> cost(graph, node)).toArray();
    }

    @Override
    default double cost(Graph graph) {
        return Arrays.stream(perNode(graph)).sum();
    }
}
