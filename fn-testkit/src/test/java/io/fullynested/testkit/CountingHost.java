package io.fullynested.testkit;

import io.fullynested.api.cost.Host;
import io.fullynested.api.graph.Graph;
import java.util.Arrays;
import java.util.Optional;

/** A host on which a node takes a millisecond for each of its numbers, whatever the machine is up to. */
final class CountingHost implements Host {

    @Override
    public double[] storedBytes(Graph graph, Optional<String> format) {
        return new double[graph.nodes().size()];
    }

    @Override
    public double fileBytes(Graph graph, Optional<String> format) {
        return graph.nodes().size();
    }

    @Override
    public Timing time(Graph graph, int batch, int threads) {
        double[] perNode = graph.nodes().stream().mapToDouble(node -> (double) batch * node.shape().elements() / threads).toArray();
        return new Timing(Arrays.stream(perNode).sum(), perNode);
    }
}
