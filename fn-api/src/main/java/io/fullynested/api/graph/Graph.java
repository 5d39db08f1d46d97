package io.fullynested.api.graph;

import java.util.List;

/**
 * A plain network: nodes in an order in which they can be computed, no axes left. Node 0 is the only {@link Operator.Input}; the
 * last node is the output.
 *
 * @param nodes the nodes
 */
public record Graph(List<Node> nodes) {

    /** @throws IllegalArgumentException if a node takes a result that comes later */
    public Graph {
        nodes = List.copyOf(nodes);
        for (int i = 0; i < nodes.size(); i++) {
            for (int input : nodes.get(i).inputs()) {
                if (input < 0 || input >= i) {
                    throw new IllegalArgumentException("Node " + nodes.get(i).name() + " takes the result of node " + input + ", which comes later");
                }
            }
        }
    }

    /** The node at a position. */
    public Node node(int position) {
        return nodes.get(position);
    }

    /** The {@code i}-th input of a node. */
    public Node input(Node node, int i) {
        return nodes.get(node.inputs().get(i));
    }

    /** The image that goes in. */
    public Node input() {
        return nodes.get(0);
    }

    /** The result. */
    public Node output() {
        return nodes.get(nodes.size() - 1);
    }

    /** How many nodes take each node's result. */
    public int[] uses() {
        int[] uses = new int[nodes.size()];
        nodes.forEach(node -> node.inputs().forEach(input -> uses[input]++));
        return uses;
    }
}
