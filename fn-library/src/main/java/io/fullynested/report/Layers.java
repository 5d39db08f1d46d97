package io.fullynested.report;

import io.fullynested.api.graph.FakeQuantize;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.graph.Slice;
import io.fullynested.api.graph.Weight;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * A graph as layers, in the order of the graph.
 *
 * @param all by name
 */
record Layers(Map<String, Layer> all) {

    private static final double ROUNDING = 1e-6;

    /**
     * Merges the nodes of a graph into layers.
     *
     * @param perNode cost model → the share of each node
     * @param whole   cost model → what it says of the graph
     */
    static Layers of(Graph graph, Map<String, double[]> perNode, Map<String, Double> whole) {
        int[] layerOf = new int[graph.nodes().size()];
        List<List<Integer>> members = new ArrayList<>();
        for (int i = 0; i < graph.nodes().size(); i++) {
            Node node = graph.node(i);
            boolean first = node.operator().accept(new Caption(node)).isPresent();
            layerOf[i] = first ? members.size() : layerOf[node.inputs().get(0)];
            if (first) {
                members.add(new ArrayList<>());
            }
            members.get(layerOf[i]).add(i);
        }
        Map<String, Layer> layers = new LinkedHashMap<>();
        for (List<Integer> positions : members) {
            Map<String, Double> costs = new TreeMap<>();
            perNode.forEach((cost, shares) -> costs.put(cost, cost(positions, shares, whole.get(cost))));
            Layer layer = layer(graph, positions, layerOf, costs);
            layers.put(layer.name(), layer);
        }
        return new Layers(layers);
    }

    /** The sum over nodes; or the most, where the whole is no sum but a peak. */
    private static double cost(List<Integer> positions, double[] shares, double whole) {
        DoubleStream those = positions.stream().mapToDouble(position -> shares[position]);
        return Arrays.stream(shares).sum() <= whole * (1 + ROUNDING) ? those.sum() : those.max().orElse(0);
    }

    private static Layer layer(Graph graph, List<Integer> positions, int[] layerOf, Map<String, Double> costs) {
        Node first = graph.node(positions.get(0));
        Set<Integer> inputs = new TreeSet<>();
        Shape shape = first.shape();
        int signalBits = Weight.FLOAT;
        for (int position : positions) {
            Node node = graph.node(position);
            node.inputs().stream().map(input -> layerOf[input]).filter(input -> input != layerOf[position]).forEach(inputs::add);
            if (node.operator() instanceof FakeQuantize quantize) {
                signalBits = quantize.bits();
            } else if (!(node.operator() instanceof Slice)) {
                shape = node.shape();
            }
        }
        int groups = first.operator().layer().map(io.fullynested.api.graph.Layer::groups).orElse(1);
        return new Layer(first.name(), first.operator().accept(new Caption(first)).orElseThrow(), shape, groups, first.weight().map(Weight::bits).orElse(0), signalBits,
                List.copyOf(inputs), costs);
    }

    /** The cost models that layers have shares in. */
    Set<String> costs() {
        return all.values().iterator().next().costs().keySet();
    }

    /** Pairs of names, the one that takes a signal from the other last. */
    Set<Edge> edges() {
        List<Layer> ordered = List.copyOf(all.values());
        return ordered.stream().flatMap(layer -> layer.inputs().stream().map(input -> new Edge(ordered.get(input).name(), layer.name())))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** A signal from one layer to another. */
    record Edge(String from, String to) {
    }
}
