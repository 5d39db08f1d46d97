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
 * Bytes of the numbers in the exported file: codes, steps, biases. The rest of the file is nodes and names, see {@link Size}. Where nobody
 * exports, of weights packed to their bits, a float32 scale for each output channel and float32 biases.
 */
public record CodeSize(@Option("a format of ./fn export; if absent, the one that the run exports to") Optional<String> format) implements NodeCostModel {

    /** In the format that the run exports to. */
    public CodeSize() {
        this(Optional.empty());
    }

    @Override
    public String unit() {
        return "bytes";
    }

    @Override
    public double cost(Graph graph, Node node) {
        return Layers.packedBytes(graph, node);
    }

    @Override
    public CostModel on(Host host) {
        return new Exported(this, host);
    }

    private record Exported(CodeSize size, Host host) implements CostModel {

        @Override
        public String unit() {
            return size.unit();
        }

        @Override
        public double cost(Graph graph) {
            return Arrays.stream(perNode(graph)).sum();
        }

        @Override
        public double[] perNode(Graph graph) {
            return host.storedBytes(graph, size.format());
        }
    }
}
