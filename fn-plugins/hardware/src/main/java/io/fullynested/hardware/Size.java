package io.fullynested.hardware;

import io.fullynested.api.cost.CostModel;
import io.fullynested.api.cost.Host;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.plugin.Option;
import java.util.Optional;

/**
 * Bytes of the exported file, as its folder lists them. Where nobody exports, of its numbers only, as {@link CodeSize} has them there. A file of
 * less may take some bytes more where it needs a function to read its codes that it did not need before.
 */
public record Size(@Option("a format of ./fn export; if absent, the one that the run exports to") Optional<String> format) implements CostModel {

    /** In the format that the run exports to. */
    public Size() {
        this(Optional.empty());
    }

    @Override
    public String unit() {
        return "bytes";
    }

    @Override
    public double cost(Graph graph) {
        return new CodeSize(format).cost(graph);
    }

    @Override
    public double[] perNode(Graph graph) {
        return new CodeSize(format).perNode(graph);
    }

    @Override
    public CostModel on(Host host) {
        return new Exported(this, host);
    }

    private record Exported(Size size, Host host) implements CostModel {

        /** Bytes of a function that reads codes of some width, and what is told of them. */
        private static final double FUNCTION = 1024;

        @Override
        public double slack() {
            return FUNCTION;
        }

        @Override
        public String unit() {
            return size.unit();
        }

        @Override
        public double cost(Graph graph) {
            return host.fileBytes(graph, size.format());
        }

        @Override
        public double[] perNode(Graph graph) {
            return host.fileBytesPerNode(graph, size.format());
        }
    }
}
