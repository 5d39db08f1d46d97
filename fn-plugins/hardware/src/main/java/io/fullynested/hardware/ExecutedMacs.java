package io.fullynested.hardware;

import io.fullynested.api.cost.CostModel;
import io.fullynested.api.cost.Host;
import io.fullynested.api.cost.NodeCostModel;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import io.fullynested.api.plugin.Option;
import java.util.Arrays;
import java.util.Optional;

/**
 * Multiply-accumulates as the exported file has them computed: narrow groups of a convolution are put together, zeros between them, as
 * onnxruntime computes that sooner. Where nobody exports, those of the network, as {@link Macs} has them.
 */
public record ExecutedMacs(@Option("a format of ./fn export; if absent, the one that the run exports to") Optional<String> format)
        implements NodeCostModel {

    /** In the format that the run exports to. */
    public ExecutedMacs() {
        this(Optional.empty());
    }

    @Override
    public String unit() {
        return "MACs";
    }

    @Override
    public double cost(Graph graph, Node node) {
        return graph.macs(node);
    }

    @Override
    public CostModel on(Host host) {
        return new Exported(this, host);
    }

    private record Exported(ExecutedMacs macs, Host host) implements CostModel {

        @Override
        public String unit() {
            return macs.unit();
        }

        @Override
        public double cost(Graph graph) {
            return Arrays.stream(perNode(graph)).sum();
        }

        @Override
        public double[] perNode(Graph graph) {
            return host.executedMacs(graph, macs.format());
        }

        /** A narrower group may be put together with neighbours where a wider one was not. */
        @Override
        public boolean monotone() {
            return false;
        }
    }
}
