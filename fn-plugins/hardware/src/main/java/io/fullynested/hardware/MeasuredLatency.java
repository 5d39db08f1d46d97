package io.fullynested.hardware;

import io.fullynested.api.cost.CostModel;
import io.fullynested.api.cost.Host;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.plugin.Option;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How long onnxruntime takes on this machine for a batch of the exported submodel: measured for every submodel that is asked for, once,
 * which takes a second or so.
 */
public record MeasuredLatency(
        @Option(value = "threads within an operator", min = 1) int threads,
        @Option(value = "images at once", byDefault = "1", min = 1) int batch) implements CostModel {

    @Override
    public String unit() {
        return "ms";
    }

    @Override
    public double cost(Graph graph) {
        throw new IllegalStateException("There is nobody to run the network");
    }

    @Override
    public boolean monotone() {
        return false;
    }

    @Override
    public CostModel on(Host host) {
        return new Running(this, host, new ConcurrentHashMap<>());
    }

    private record Running(MeasuredLatency how, Host host, Map<Graph, Host.Timing> known) implements CostModel {

        @Override
        public String unit() {
            return how.unit();
        }

        @Override
        public double cost(Graph graph) {
            return time(graph).milliseconds();
        }

        @Override
        public double[] perNode(Graph graph) {
            return time(graph).perNode().clone();
        }

        @Override
        public boolean monotone() {
            return how.monotone();
        }

        private Host.Timing time(Graph graph) {
            Host.Timing timing = known.get(graph);
            if (timing == null) {
                // two at once would slow each other down
                synchronized (known) {
                    timing = known.computeIfAbsent(graph, asked -> host.time(asked, how.batch(), how.threads()));
                }
            }
            return timing;
        }
    }
}
