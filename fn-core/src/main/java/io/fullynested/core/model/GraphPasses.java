package io.fullynested.core.model;

import io.fullynested.api.graph.FakeQuantize;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Layer;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Operator;
import io.fullynested.api.graph.ParameterSlice;
import io.fullynested.api.graph.Weight;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Small passes from graph to graph. */
public final class GraphPasses {

    private GraphPasses() {
    }

    /**
     * The same network with float activations, clipped where they were quantised: a network that was trained with a clip is another one
     * without. A ReLU whose result is clipped at zero anyway is left out.
     */
    public static Graph clipped(Graph graph) {
        boolean[] idle = graph.idleActivations();
        List<Node> nodes = new ArrayList<>(graph.nodes());
        for (int i = 0; i < idle.length; i++) {
            Node node = graph.node(i);
            if (node.operator() instanceof FakeQuantize quantize) {
                int input = node.inputs().get(0);
                nodes.set(i, new Node(node.name(), new FakeQuantize(Weight.FLOAT, quantize.signed(), quantize.clip(), quantize.multiple()),
                        idle[input] ? graph.node(input).inputs() : node.inputs(), node.shape()));
            }
        }
        return reachable(nodes, nodes.size() - 1);
    }

    /**
     * The network that extraction makes: each node's parameters are its own, whole and named {@code node/role}, and batch norms are folded into the
     * layers before them, which have a bias then.
     */
    public static Graph standalone(Graph graph) {
        int[] moved = new int[graph.nodes().size()];
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < moved.length; i++) {
            Node node = graph.node(i);
            if (graph.foldsInto(node).isPresent()) {
                moved[i] = moved[node.inputs().get(0)];
                Node before = nodes.get(moved[i]);
                Layer layer = before.operator().layer().orElseThrow();
                ParameterSlice shift = ParameterSlice.whole(before.name() + "/bias", new int[] {before.shape().channels()});
                nodes.set(moved[i], new Node(before.name(), layer.with(layer.weight(), Optional.of(shift)), before.inputs(), before.shape()));
            } else {
                moved[i] = nodes.size();
                Operator own = node.operator().mapParameters(weight -> new Weight(whole(node, "weight", weight.slice()), weight.bits()),
                        (role, slice) -> whole(node, role.id(), slice));
                nodes.add(moveInputs(new Node(node.name(), own, node.inputs(), node.shape()), moved));
            }
        }
        return new Graph(nodes);
    }

    private static ParameterSlice whole(Node node, String role, ParameterSlice slice) {
        return ParameterSlice.whole(node.name() + "/" + role, slice.shape());
    }

    /** What is left of a list of nodes when those that do not lead to {@code output} are taken out, and it comes last. */
    static Graph reachable(List<Node> nodes, int output) {
        boolean[] used = new boolean[output + 1];
        used[output] = true;
        for (int i = output; i >= 0; i--) {
            // what goes in stays, though a submodel may not look at it
            used[i] |= nodes.get(i).inputs().isEmpty();
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

    /** The slices of tensors that the operators of a graph use. */
    public static Set<ParameterSlice> slices(Graph graph) {
        Set<ParameterSlice> slices = new LinkedHashSet<>();
        for (Node node : graph.nodes()) {
            node.operator().parameters().forEach(parameter -> slices.add(parameter.slice()));
        }
        return slices;
    }
}
