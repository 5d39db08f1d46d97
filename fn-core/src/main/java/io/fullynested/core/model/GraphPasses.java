package io.fullynested.core.model;

import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Operator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Small passes from graph to graph. */
public final class GraphPasses {

    private GraphPasses() {
    }

    /** The same network with float activations. */
    public static Graph withoutActivationQuantizers(Graph graph) {
        List<Node> nodes = new ArrayList<>();
        int[] moved = new int[graph.nodes().size()];
        for (int i = 0; i < moved.length; i++) {
            Node node = graph.node(i);
            if (node.operator() instanceof Operator.FakeQuantize) {
                moved[i] = moved[node.inputs().get(0)];
            } else {
                moved[i] = nodes.size();
                nodes.add(moveInputs(node, moved));
            }
        }
        return new Graph(nodes);
    }

    /** What is left of a list of nodes when those that do not lead to {@code output} are taken out, and it comes last. */
    static Graph reachable(List<Node> nodes, int output) {
        boolean[] used = new boolean[output + 1];
        used[0] = true;
        used[output] = true;
        for (int i = output; i >= 0; i--) {
            if (used[i]) {
                nodes.get(i).inputs().forEach(input -> used[input] = true);
            }
        }
        List<Node> kept = new ArrayList<>();
        int[] moved = new int[used.length];
        Arrays.fill(moved, -1);
        for (int i = 0; i < used.length; i++) {
            if (used[i]) {
                moved[i] = kept.size();
                kept.add(moveInputs(nodes.get(i), moved));
            }
        }
        return new Graph(kept);
    }

    static Node moveInputs(Node node, int[] moved) {
        return new Node(node.name(), node.operator(), node.inputs().stream().map(input -> moved[input]).toList(), node.shape());
    }
}
