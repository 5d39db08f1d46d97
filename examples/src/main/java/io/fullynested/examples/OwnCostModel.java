package io.fullynested.examples;

import io.fullynested.FullyNested;
import io.fullynested.Settings;
import io.fullynested.TrainedSupernet;
import io.fullynested.api.cost.CostModel;
import io.fullynested.api.cost.NodeCostModel;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import io.fullynested.api.plugin.Factory;
import io.fullynested.api.plugin.FullyNestedPlugin;
import io.fullynested.api.search.Budget;
import io.fullynested.api.search.Candidate;
import io.fullynested.api.search.Progress;
import io.fullynested.api.search.SearchResult;
import io.fullynested.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A cost model of one's own, to search by: cycles of a processor that computes 16 output channels at once. */
public final class OwnCostModel {

    private static final int LANES = 16;

    private OwnCostModel() {
    }

    /** A vector unit does not get faster by the seventeenth channel less, but by the sixteenth. */
    public record Cycles() implements NodeCostModel {
        @Override
        public String unit() {
            return "cycles";
        }

        @Override
        public double cost(Graph graph, Node node) {
            int channels = node.shape().channels();
            return (double) graph.macs(node) / channels * vectors(channels);
        }

        private static int vectors(int channels) {
            return (channels + LANES - 1) / LANES;
        }
    }

    /** What makes the key {@code cycles} of budgets known. */
    public static final class Costs implements FullyNestedPlugin {
        @Override
        public String name() {
            return "own-cost";
        }

        @Override
        public List<Factory<CostModel>> costModels() {
            return List.of(Factory.of("cycles", "cycles of a unit of " + LANES + " lanes", new Cycles()));
        }
    }

    public static void main(String[] args) throws IOException {
        run(Path.of("examples/quickstart.yaml"), 40_000, Settings.standard()).forEach((name, found) ->
                System.out.println(name + ": " + found.costs() + ", accuracy " + found.evaluation().score()));
    }

    static Map<String, Candidate> run(Path yaml, double cycles, Settings settings) throws IOException {
        try (FullyNested fn = FullyNested.open(yaml, settings.withPlugins(new Costs()))) {
            TrainedSupernet net = fn.train(TrainingListener.NONE);
            SearchResult found = net.search(List.of(new Budget("fast", Map.of("cycles", cycles))), Progress.NONE);
            return found.chosen();
        }
    }
}
