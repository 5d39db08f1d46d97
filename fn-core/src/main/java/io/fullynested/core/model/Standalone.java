package io.fullynested.core.model;

import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Operator;
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
            nodes.add(new Node(node.name(), whole(node.operator()), node.inputs(), node.shape()));
        }
        this.graph = new Graph(nodes);
    }

    Graph graph() {
        return graph;
    }

    List<MasterParameter> masters() {
        return List.copyOf(masters.values());
    }

    private Operator whole(Operator operator) {
        if (operator instanceof Operator.Convolution conv) {
            return new Operator.Convolution(whole(conv.weight()), conv.bias().map(this::whole), conv.window(), conv.groups());
        } else if (operator instanceof Operator.Dense dense) {
            return new Operator.Dense(whole(dense.weight()), dense.bias().map(this::whole));
        } else if (operator instanceof Operator.BatchNorm norm) {
            return new Operator.BatchNorm(whole(norm.gamma()), whole(norm.beta()), whole(norm.mean()), whole(norm.variance()), norm.epsilon());
        } else if (operator instanceof Operator.Normalize normalize) {
            return new Operator.Normalize(whole(normalize.mean()), whole(normalize.deviation()));
        } else if (operator instanceof Operator.FakeQuantize quantize) {
            return new Operator.FakeQuantize(quantize.bits(), quantize.signed(), whole(quantize.clip()));
        }
        return operator;
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
