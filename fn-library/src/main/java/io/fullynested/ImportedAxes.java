package io.fullynested;

import io.fullynested.api.graph.Graph;
import io.fullynested.api.nesting.AxisSpace;
import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.core.model.Supernet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** What the axes that an import found leave out. */
final class ImportedAxes {

    private ImportedAxes() {
    }

    /** The share of the parameters that the smallest prefix of each axis leaves out, in the order of the axes. */
    static Map<NestedAxis, Double> shares(Supernet net) {
        AxisSpace axes = net.axes();
        long whole = parameters(net.compile(axes.full()));
        Map<NestedAxis, Double> shares = new LinkedHashMap<>();
        for (NestedAxis axis : axes.axes()) {
            shares.put(axis, 1 - (double) parameters(net.compile(axes.full().with(axis.id(), axis.smallest()))) / whole);
        }
        return shares;
    }

    private static long parameters(Graph graph) {
        return graph.nodes().stream().flatMap(node -> node.operator().parameters().stream()).mapToLong(parameter -> parameter.slice().elements()).sum();
    }

    /** The share of the parameters that are on some axis: the smallest submodel lacks a part of their tensor, or all of it. */
    static double share(Supernet net) {
        Map<String, Integer> kept = new TreeMap<>();
        net.compile(net.axes().smallest()).nodes().forEach(node -> node.operator().parameters()
                .forEach(parameter -> kept.put(parameter.slice().parameter(), parameter.slice().elements())));
        long whole = 0;
        long on = 0;
        for (var node : net.compile(net.axes().full()).nodes()) {
            for (var parameter : node.operator().parameters()) {
                whole += parameter.slice().elements();
                on += kept.getOrDefault(parameter.slice().parameter(), 0) < parameter.slice().elements() ? parameter.slice().elements() : 0;
            }
        }
        return (double) on / whole;
    }
}
