package io.fullynested.hardware;

import io.fullynested.api.cost.CostModel;
import io.fullynested.api.cost.Host;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.plugin.Option;
import java.util.Optional;

/** What {@link Size} was called when that was the numbers only; for descriptions of then. */
public record FileSize(@Option("a format of ./fn export, such as packed") String format) implements CostModel {

    @Override
    public String unit() {
        return "bytes";
    }

    @Override
    public double cost(Graph graph) {
        throw new IllegalStateException("There is nobody to export the network");
    }

    @Override
    public CostModel on(Host host) {
        return new Size(Optional.of(format)).on(host);
    }
}
