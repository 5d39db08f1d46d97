package io.fullynested.hardware;

import io.fullynested.api.cost.CostModel;
import io.fullynested.api.cost.Host;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.plugin.Option;
import java.util.Optional;

/**
 * Bytes of a whole exported file, but for what it says of its origin: the numbers, and the names and shapes around them. It is exported
 * to be told, which takes a while, so it has to be asked for.
 */
public record FileSize(@Option("a format of ./fn export, such as packed") String format) implements CostModel {

    @Override
    public String unit() {
        return "bytes";
    }

    @Override
    public double cost(Graph graph) {
        throw new IllegalStateException("There is nobody to export the network");
    }

    /** Names are numbered and numbers are written in as few bytes as they need, so a smaller network may need a byte more. */
    @Override
    public boolean monotone() {
        return false;
    }

    @Override
    public CostModel on(Host host) {
        return new Exported(this, host);
    }

    private record Exported(FileSize size, Host host) implements CostModel {

        @Override
        public String unit() {
            return size.unit();
        }

        @Override
        public double cost(Graph graph) {
            return host.fileBytes(graph, Optional.of(size.format()));
        }

        @Override
        public boolean monotone() {
            return size.monotone();
        }
    }
}
