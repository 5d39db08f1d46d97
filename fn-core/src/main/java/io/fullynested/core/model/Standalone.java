package io.fullynested.core.model;

import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.ParameterSlice;
import io.fullynested.api.graph.Weight;
import io.fullynested.core.model.MasterParameter.Role;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A pass that cuts a submodel loose: each slice of a master becomes a master of its own, of just that shape. */
final class Standalone {

    private final Map<String, MasterParameter> supernet = new HashMap<>();
    private final Map<String, ParameterSlice> slices = new HashMap<>();
    private final Map<String, MasterParameter> masters = new LinkedHashMap<>();
    private final Graph graph;

    Standalone(List<MasterParameter> supernet, Graph submodel) {
        supernet.forEach(master -> this.supernet.put(master.name(), master));
        List<Node> nodes = new ArrayList<>();
        for (Node node : submodel.nodes()) {
            nodes.add(new Node(node.name(), node.operator().mapParameters(this::whole, (role, slice) -> whole(slice)), node.inputs(), node.shape()));
        }
        this.graph = new Graph(nodes);
    }

    Graph graph() {
        return graph;
    }

    List<MasterParameter> masters() {
        return List.copyOf(masters.values());
    }

    private Weight whole(Weight weight) {
        return new Weight(whole(weight.slice()), weight.bits());
    }

    private ParameterSlice whole(ParameterSlice slice) {
        ParameterSlice first = slices.putIfAbsent(slice.parameter(), slice);
        if (first != null && !first.equals(slice)) {
            throw new IllegalArgumentException("Parameter " + slice.parameter() + " is used as " + first.ranges() + " and as " + slice.ranges()
                    + ", so the submodel is no network of its own");
        }
        // statistics of batch norms are no masters
        MasterParameter master = supernet.get(slice.parameter());
        if (master != null) {
            double initial = master.role() == Role.WEIGHT ? master.initial() * Math.sqrt((double) fanIn(master.shape()) / fanIn(slice.shape()))
                    : master.initial();
            masters.putIfAbsent(slice.parameter(), new MasterParameter(slice.parameter(), slice.shape(), master.role(), initial));
        }
        return ParameterSlice.whole(slice.parameter(), slice.shape());
    }

    private static int fanIn(int[] shape) {
        return Arrays.stream(shape, 1, shape.length).reduce(1, (a, b) -> a * b);
    }
}
