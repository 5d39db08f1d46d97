package io.fullynested;

import io.fullynested.OnnxImport.Found;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.nesting.AxisSpace;
import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.core.model.Supernet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the axes that an import found leave out. */
final class ImportedAxes {

    private ImportedAxes() {
    }

    /** What each axis leaves out. */
    static List<Found> of(Supernet net) {
        AxisSpace axes = net.axes();
        long whole = parameters(net.compile(axes.full()));
        List<Found> found = new ArrayList<>();
        for (NestedAxis axis : axes.axes()) {
            found.add(new Found(axis, 1 - (double) parameters(net.compile(axes.full().with(axis.id(), axis.smallest()))) / whole));
        }
        return found;
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
