package io.fullynested.api.graph;

import java.util.List;
import java.util.Optional;

/**
 * A plain network: nodes in an order in which they can be computed, no axes left. Node 0 is the only {@link Input}; the
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

    /** The shapes of what a node takes. */
    public List<Shape> inputShapes(Node node) {
        return node.inputs().stream().map(input -> nodes.get(input).shape()).toList();
    }

    /** Multiply-accumulates of a node for one sample. */
    public long macs(Node node) {
        return node.operator().macs(inputShapes(node));
    }

    /** The layer that extraction folds a node into: the one before it, if nothing else takes that one's result. */
    public Optional<Layer> foldsInto(Node node) {
        if (!node.operator().folds()) {
            return Optional.empty();
        }
        int before = node.inputs().get(0);
        boolean alone = nodes.stream().flatMap(other -> other.inputs().stream()).filter(input -> input == before).limit(2).count() == 1;
        return nodes.get(before).operator().layer().filter(layer -> alone);
    }
}
