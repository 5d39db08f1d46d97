package io.fullynested.api.graph;

import java.util.List;
import java.util.Optional;

/**
 * A plain network: nodes in an order in which they can be computed, no axes left. The {@link Input}s come first, in the order in which a
 * sample has them; the last node is the output, or joins several: {@link Outputs}.
 *
 * @param nodes the nodes
 */
public record Graph(List<Node> nodes) {

    /** @throws IllegalArgumentException if a node takes a result that comes later, an input comes behind what computes, or something behind {@link Outputs} */
    public Graph {
        nodes = List.copyOf(nodes);
        for (int i = 0; i < nodes.size(); i++) {
            if (nodes.get(i).inputs().isEmpty() && i > 0 && !nodes.get(i - 1).inputs().isEmpty()) {
                throw new IllegalArgumentException("Input " + nodes.get(i).name() + " comes behind " + nodes.get(i - 1).name() + ", which is computed");
            }
            if (i > 0 && !nodes.get(i - 1).outputs().isEmpty()) {
                throw new IllegalArgumentException("Node " + nodes.get(i).name() + " comes behind " + nodes.get(i - 1).name() + ", which ends the network");
            }
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

    /** What goes in, in the order in which a sample has it. */
    public List<Node> inputs() {
        return nodes.stream().takeWhile(node -> node.inputs().isEmpty()).toList();
    }

    /**
     * What goes in, where it is one.
     *
     * @throws IllegalStateException if the graph has several {@link #inputs()}
     */
    public Node input() {
        List<Node> inputs = inputs();
        if (inputs.size() != 1) {
            throw new IllegalStateException("There are " + inputs.size() + " inputs: " + inputs.stream().map(Node::name).toList());
        }
        return inputs.get(0);
    }

    /** The shape of a sample: all that goes in. */
    public Shape sample() {
        return Shape.joined(inputs().stream().map(Node::shape).toList());
    }

    /** The result: the output, or the node that joins several. */
    public Node output() {
        return nodes.get(nodes.size() - 1);
    }

    /** What comes out, in the order in which an answer has it. */
    public List<Node> outputs() {
        return output().outputs().isEmpty() ? List.of(output()) : output().inputs().stream().map(nodes::get).toList();
    }

    /** How many nodes take each node's result. */
    public int[] uses() {
        int[] uses = new int[nodes.size()];
        nodes.forEach(node -> node.inputs().forEach(input -> uses[input]++));
        return uses;
    }

    /** Which nodes are ReLUs whose result is only rounded or clipped to unsigned numbers, which sets the negative ones to zero anyway. */
    public boolean[] idleActivations() {
        boolean[] idle = new boolean[nodes.size()];
        int[] uses = uses();
        for (Node node : nodes) {
            if (node.quantizer().filter(quantizer -> !quantizer.signed()).isPresent()) {
                int input = node.inputs().get(0);
                idle[input] = uses[input] == 1 && nodes.get(input).activation().filter(Activation.RELU::equals).isPresent();
            }
        }
        return idle;
    }

    /** The shapes of what a node takes. */
    public List<Shape> inputShapes(Node node) {
        return node.inputs().stream().map(input -> nodes.get(input).shape()).toList();
    }

    /** Multiply-accumulates of a node for one sample. */
    public long macs(Node node) {
        return node.operator().macs(inputShapes(node));
    }

    /** Those of all nodes. */
    public long macs() {
        return nodes.stream().mapToLong(this::macs).sum();
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
