package io.fullynested.core.spec;

import io.fullynested.api.block.BlockBuilder;
import io.fullynested.api.block.NestableBlock;
import io.fullynested.api.block.Signal;
import io.fullynested.api.cost.CostModel;
import io.fullynested.api.cost.Device;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.plugin.Factory;
import io.fullynested.api.plugin.FullyNestedPlugin;
import io.fullynested.api.plugin.Option;
import io.fullynested.api.quantize.Quantizer;
import io.fullynested.api.search.SearchProblem;
import io.fullynested.api.search.SearchResult;
import io.fullynested.api.search.SearchStrategy;
import io.fullynested.core.quantize.MidRise;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One thing of several roles, to bind YAML to. */
public final class SpecPlugin implements FullyNestedPlugin {

    record Conv(
            @Option(value = "output channels", min = 1) int channels,
            @Option(value = "side of the kernel", byDefault = "3", min = 1, max = 11) int kernel,
            @Option(value = "groups", byDefault = "1", min = 1) int groups) implements NestableBlock {

        Conv {
            if (channels % groups != 0) {
                throw new IllegalArgumentException("channels " + channels + " is not a multiple of groups " + groups);
            }
        }

        @Override
        public Signal build(Signal x, BlockBuilder b) {
            return x;
        }
    }

    record Pool() implements NestableBlock {
        @Override
        public Signal build(Signal x, BlockBuilder b) {
            return x;
        }
    }

    record Evolution(
            @Option(value = "candidates of a generation", byDefault = "16", min = 2) int population,
            @Option("in the place of the seed") Optional<Long> ownSeed) implements SearchStrategy {
        @Override
        public SearchResult search(SearchProblem problem) {
            return null;
        }
    }

    record Cost(String unit) implements CostModel {
        @Override
        public double cost(Graph graph) {
            return 0;
        }
    }

    record Table(@Option("a file") String file) {
    }

    @Override
    public String name() {
        return "for the tests of this package";
    }

    @Override
    public List<Factory<NestableBlock>> blocks() {
        return List.of(Factory.of("conv", "", Conv.class, NestableBlock.class),
                Factory.of("residual-stage", "", Conv.class, NestableBlock.class),
                Factory.of("max-pool", "", Pool.class, NestableBlock.class),
                Factory.of("average-pool", "", Pool.class, NestableBlock.class),
                Factory.<NestableBlock, Factory.None>of("defective", "", Factory.None.class, none -> {
                    throw new IllegalStateException("out of order");
                }));
    }

    @Override
    public List<Factory<CostModel>> costModels() {
        return List.of(Factory.of("macs", "", (CostModel) new Cost("MACs")), Factory.of("size", "", (CostModel) new Cost("bytes")),
                Factory.of("latency", "", (CostModel) new Cost("ms")),
                Factory.<CostModel, Table>of("measured", "", Table.class, table -> new Cost("ms")));
    }

    record Board(
            @Option(value = "operations a second", unit = "OPS") double speed,
            @Option("slices") int slices) implements Device {

        @Override
        public Map<String, CostModel> costs() {
            return Map.of("cycles", new Cost("cycles"), "slices", new Cost("slices"));
        }

        @Override
        public Map<String, Double> limits() {
            return Map.of("slices", (double) slices);
        }
    }

    @Override
    public List<Factory<Device>> devices() {
        return List.of(Factory.of("board", "", Board.class, Device.class));
    }

    @Override
    public List<Factory<SearchStrategy>> searchStrategies() {
        return List.of(Factory.of("evolution", "", Evolution.class, SearchStrategy.class));
    }

    @Override
    public List<Factory<Quantizer>> quantizers() {
        return List.of(Factory.of("mid-rise", "", MidRise.class, Quantizer.class));
    }
}
