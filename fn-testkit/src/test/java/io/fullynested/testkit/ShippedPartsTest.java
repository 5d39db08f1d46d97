package io.fullynested.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.cost.CostModel;
import io.fullynested.api.cost.Device;
import io.fullynested.api.cost.Host;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.OrderedDropout;
import io.fullynested.api.plugin.FullyNestedPlugin;
import io.fullynested.api.quantize.Quantizer;
import io.fullynested.api.search.SearchStrategy;
import io.fullynested.core.quantize.DoReFa;
import io.fullynested.core.quantize.MidRise;
import io.fullynested.hardware.Bops;
import io.fullynested.hardware.CodeSize;
import io.fullynested.hardware.Energy;
import io.fullynested.hardware.ExecutedMacs;
import io.fullynested.hardware.FileSize;
import io.fullynested.hardware.Flops;
import io.fullynested.hardware.Fpga;
import io.fullynested.hardware.LatencyTable;
import io.fullynested.hardware.Macs;
import io.fullynested.hardware.MeasuredLatency;
import io.fullynested.hardware.MemoryTraffic;
import io.fullynested.hardware.Params;
import io.fullynested.hardware.PeakMemory;
import io.fullynested.hardware.Roofline;
import io.fullynested.hardware.Size;
import io.fullynested.hardware.ThisMachine;
import io.fullynested.search.Evolutionary;
import io.fullynested.search.Exhaustive;
import io.fullynested.search.Greedy;
import io.fullynested.search.Knapsack;
import io.fullynested.search.PredictorSearch;
import io.fullynested.search.RacingGreedy;
import io.fullynested.search.RandomSearch;
import io.fullynested.search.UniformScaling;
import io.fullynested.training.Categorical;
import io.fullynested.training.Curriculum;
import io.fullynested.training.Ends;
import io.fullynested.training.Geometric;
import io.fullynested.training.Learned;
import io.fullynested.training.Uniform;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The cost models, strategies, distributions and quantisers that are shipped keep their contracts. */
class ShippedPartsTest {

    @Test
    void noneIsLeftOut() {
        assertThat(Shipped.tried(this, CostModelContract.class, CostModelContract::model))
                .isEqualTo(Shipped.classes(FullyNestedPlugin::costModels)).isNotEmpty();
        assertThat(Shipped.tried(this, DeviceContract.class, DeviceContract::device))
                .isEqualTo(Shipped.classes(FullyNestedPlugin::devices)).isNotEmpty();
        assertThat(Shipped.tried(this, SearchStrategyContract.class, SearchStrategyContract::strategy))
                .isEqualTo(Shipped.classes(FullyNestedPlugin::searchStrategies)).isNotEmpty();
        assertThat(Shipped.tried(this, OrderedDropoutContract.class, OrderedDropoutContract::dropout))
                .isEqualTo(Shipped.classes(FullyNestedPlugin::orderedDropouts)).isNotEmpty();
        assertThat(Shipped.tried(this, QuantizerContract.class, QuantizerContract::quantizer))
                .isEqualTo(Shipped.classes(FullyNestedPlugin::quantizers)).isNotEmpty();
    }

    @Nested
    class MacsCost extends CostModelContract {
        @Override
        protected CostModel model() {
            return new Macs();
        }
    }

    @Nested
    class ParamsCost extends CostModelContract {
        @Override
        protected CostModel model() {
            return new Params();
        }
    }

    @Nested
    class SizeCost extends CostModelContract {
        @Override
        protected CostModel model() {
            return new Size();
        }
    }

    @Nested
    class CodeSizeCost extends CostModelContract {
        @Override
        protected CostModel model() {
            return new CodeSize();
        }
    }

    @Nested
    class ExecutedMacsCost extends CostModelContract {
        @Override
        protected CostModel model() {
            return new ExecutedMacs();
        }
    }

    @Nested
    class BopsCost extends CostModelContract {
        @Override
        protected CostModel model() {
            return new Bops();
        }
    }

    @Nested
    class FlopsCost extends CostModelContract {
        @Override
        protected CostModel model() {
            return new Flops();
        }
    }

    @Nested
    class FileSizeCost extends CostModelContract {
        @Override
        protected CostModel model() {
            return new FileSize("packed");
        }
    }

    @Nested
    class PeakMemoryCost extends CostModelContract {
        @Override
        protected CostModel model() {
            return new PeakMemory();
        }
    }

    @Nested
    class MemoryTrafficCost extends CostModelContract {
        @Override
        protected CostModel model() {
            return new MemoryTraffic();
        }
    }

    @Nested
    class EnergyCost extends CostModelContract {
        @Override
        protected CostModel model() {
            // some of the random networks fit on the chip, some do not
            return new Energy(500, 12.5, 162.5, 0.2, 0.1, 4.6);
        }
    }

    @Nested
    class MeasuredLatencyCost extends CostModelContract {
        @Override
        protected CostModel model() {
            return new MeasuredLatency(2, 4);
        }

        @Override
        protected Host host() {
            return new CountingHost();
        }
    }

    @Nested
    class ThisMachineDevice extends DeviceContract {
        @Override
        protected Device device() {
            return new ThisMachine(2, 4);
        }

        @Override
        protected Host host() {
            return new CountingHost();
        }
    }

    @Nested
    class LatencyTableDevice extends DeviceContract {
        @Override
        protected Device device() {
            List<Graph> networks = IntStream.range(1, 6).mapToObj(RandomNetworks::of).map(network -> network.net().compile(network.selection())).toList();
            return LatencyTable.of(networks, LatencyTable.time(networks, new CountingHost(), 1, 1, done -> { }), 1, 1);
        }
    }

    @Nested
    class RooflineDevice extends DeviceContract {
        @Override
        protected Device device() {
            return new Roofline(Map.of("4", 4e9, "8", 2e9, "32", 5e8), 1e9, 0.001, Optional.of(new Energy(500, 12.5, 162.5, 0.2, 0.1, 4.6)));
        }
    }

    @Nested
    class FpgaDevice extends DeviceContract {
        @Override
        protected Device device() {
            return new Fpga(1e8, 1e9, 220, 53_200, 280, new Fpga.Tile(4, 3, 2, 2), Map.of("8", 2.0, "16", 1.0, "32", 0.2));
        }
    }

    @Nested
    class RacingStrategy extends SearchStrategyContract {
        @Override
        protected SearchStrategy strategy() {
            return new RacingGreedy(2, 2, 2);
        }
    }

    @Nested
    class PredictorStrategy extends SearchStrategyContract {
        @Override
        protected SearchStrategy strategy() {
            return new PredictorSearch(5, 2, 2, 1);
        }
    }

    @Nested
    class EvolutionaryStrategy extends SearchStrategyContract {
        @Override
        protected SearchStrategy strategy() {
            return new Evolutionary(8, 4, 1, 2);
        }
    }

    @Nested
    class ExhaustiveStrategy extends SearchStrategyContract {
        @Override
        protected SearchStrategy strategy() {
            return new Exhaustive(100_000);
        }
    }

    @Nested
    class PredictorWithTrees extends SearchStrategyContract {
        @Override
        protected SearchStrategy strategy() {
            return new PredictorSearch(5, 2, 2, 1, PredictorSearch.Model.TREES);
        }
    }

    @Nested
    class KnapsackStrategy extends SearchStrategyContract {
        @Override
        protected SearchStrategy strategy() {
            return new Knapsack(2, 100_000, 2);
        }
    }

    @Nested
    class RandomStrategy extends SearchStrategyContract {
        @Override
        protected SearchStrategy strategy() {
            return new RandomSearch(20, 100, 3);
        }
    }

    @Nested
    class ScalingStrategy extends SearchStrategyContract {
        @Override
        protected SearchStrategy strategy() {
            return new UniformScaling();
        }
    }

    @Nested
    class GreedyByLoss extends SearchStrategyContract {
        @Override
        protected SearchStrategy strategy() {
            return new Greedy(1000, Greedy.RankBy.LOSS);
        }
    }

    @Nested
    class GreedyByAccuracyOnFewImages extends SearchStrategyContract {
        @Override
        protected SearchStrategy strategy() {
            return new Greedy(50, Greedy.RankBy.ACCURACY);
        }
    }

    @Nested
    class UniformDropout extends OrderedDropoutContract {
        @Override
        protected OrderedDropout dropout() {
            return new Uniform();
        }
    }

    @Nested
    class GeometricDropout extends OrderedDropoutContract {
        @Override
        protected OrderedDropout dropout() {
            return new Geometric(0.8);
        }
    }

    @Nested
    class EndsDropout extends OrderedDropoutContract {
        @Override
        protected OrderedDropout dropout() {
            return new Ends(0.4, 0.3);
        }
    }

    @Nested
    class CategoricalDropout extends OrderedDropoutContract {
        @Override
        protected OrderedDropout dropout() {
            return new Categorical(List.of(3.0, 0.0, 1.5));
        }

        @Override
        protected boolean takes(NestedAxis axis) {
            return axis.keeps().size() == 3;
        }
    }

    @Nested
    class LearnedDropout extends OrderedDropoutContract {
        @Override
        protected OrderedDropout dropout() {
            return new Learned(new Geometric(1.2), Learned.From.PRIOR, 0.05, 0.2, 1, Optional.of(0.5), Optional.of(new Macs()));
        }
    }

    @Nested
    class CurriculumDropout extends OrderedDropoutContract {
        @Override
        protected OrderedDropout dropout() {
            return new Curriculum(0.1, 0.8, new Geometric(0.8));
        }
    }

    @Nested
    class CurriculumOfNoWhole extends OrderedDropoutContract {
        @Override
        protected OrderedDropout dropout() {
            return new Curriculum(0.5, 0.5, new Categorical(List.of(1.0, 1.0, 0.0)));
        }

        @Override
        protected boolean takes(NestedAxis axis) {
            return axis.keeps().size() == 3;
        }
    }

    @Nested
    class MidRiseQuantizer extends QuantizerContract {
        @Override
        protected Quantizer quantizer() {
            return new MidRise(2);
        }
    }

    @Nested
    class DoReFaQuantizer extends QuantizerContract {
        @Override
        protected Quantizer quantizer() {
            return new DoReFa(8);
        }

        @Override
        protected float straightUpTo() {
            return 0.1f;
        }
    }

    @Nested
    class DoReFaQuantizerOfFewBits extends QuantizerContract {
        @Override
        protected Quantizer quantizer() {
            return new DoReFa(3);
        }

        @Override
        protected float straightUpTo() {
            return 0.1f;
        }
    }
}
