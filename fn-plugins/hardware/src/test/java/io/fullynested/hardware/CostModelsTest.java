package io.fullynested.hardware;

import static io.fullynested.hardware.HandNet.convolution;
import static io.fullynested.hardware.HandNet.weight;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fullynested.api.cost.CostModel;
import io.fullynested.api.cost.Device;
import io.fullynested.api.graph.Add;
import io.fullynested.api.graph.AveragePool;
import io.fullynested.api.graph.Convolution;
import io.fullynested.api.graph.Dense;
import io.fullynested.api.graph.GlobalAveragePool;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.IndexRanges;
import io.fullynested.api.graph.Input;
import io.fullynested.api.graph.MaxPool;
import io.fullynested.api.graph.Multiply;
import io.fullynested.api.graph.Normalize;
import io.fullynested.api.graph.Outputs;
import io.fullynested.api.graph.ParameterSlice;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.graph.Softmax;
import io.fullynested.api.graph.Weight;
import io.fullynested.api.graph.Window;
import io.fullynested.api.plugin.Factory;
import io.fullynested.api.plugin.FullyNestedPlugin;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class CostModelsTest {

    private static final Graph NET = HandNet.quantized();

    private final HandNet net = new HandNet();

    @Test
    void countsMacs() {
        assertThat(new Macs().cost(NET)).isEqualTo(90 * 16 + 12 * 4 + 120);
    }

    @Test
    void countsOperations() {
        int conv = 2 * 1440 + 5 * 16 + 5 * 16;
        int pool = 5 * 4 * 4;
        int grouped = 2 * 48 + 6 * 4;
        int dense = 2 * 120 + 3;
        assertThat(new Flops().cost(NET)).isEqualTo(conv + pool + grouped + dense);
    }

    @Test
    void countsOperationsOfWhatHasNoWeights() {
        int x = net.add(new Input(Shape.image(2, 4, 4)), Shape.image(2, 4, 4));
        x = net.add(new Normalize(ParameterSlice.whole("m", 2), ParameterSlice.whole("d", 2)), Shape.image(2, 4, 4), x);
        int y = net.add(new AveragePool(new Window(3, 1, 1, 1)), Shape.image(2, 4, 4), x);
        x = net.add(new Add(), Shape.image(2, 4, 4), x, y);
        x = net.add(new Multiply(), Shape.image(2, 4, 4), x, y);
        x = net.add(new GlobalAveragePool(), Shape.flat(2), x);
        net.add(new Softmax(), Shape.flat(2), x);
        assertThat(new Flops().cost(net.graph())).isEqualTo(2 * 32 + 9 * 32 + 32 + 32 + 32 + 3 * 2);
    }

    @Test
    void countsWeightsAndFoldedBiases() {
        assertThat(new Params().cost(NET)).isEqualTo(90 + 5 + 12 + 6 + 120 + 3);
    }

    @Test
    void countsPackedBytes() {
        // 270 bits are 34 bytes
        assertThat(new Size().cost(NET)).isEqualTo((34 + 4 * 5 + 4 * 5) + (12 + 4 * 6 + 4 * 6) + (480 + 4 * 3));
    }

    @Test
    void countsBitOperationsThroughWhatKeepsCodes() {
        // the dense layer sees 4-bit and 6-bit codes side by side
        assertThat(new Bops().cost(NET)).isEqualTo(3 * 8 * 90 * 16 + 8 * 4 * 12 * 4 + 32 * 6 * 120);
    }

    @Test
    void aFloatSignalHas32Bits() {
        int x = net.quantize(net.add(new Input(Shape.image(2, 4, 4)), Shape.image(2, 4, 4)), 8, true);
        net.add(convolution(Weight.FLOAT, 5, 2, 3, 1), Shape.image(5, 4, 4), net.relu(x));
        assertThat(new Bops().cost(net.graph())).isEqualTo(32.0 * 32 * 90 * 16);
        assertThat(new Size().cost(net.graph())).isEqualTo(360);
    }

    @Test
    void aBatchNormThatCannotBeFoldedScalesAndShifts() {
        int input = net.add(new Input(Shape.image(2, 4, 4)), Shape.image(2, 4, 4));
        int conv = net.add(convolution(8, 5, 2, 1, 1), Shape.image(5, 4, 4), input);
        int normed = net.norm(conv);
        int again = net.norm(normed);
        net.add(new Add(), Shape.image(5, 4, 4), conv, again);
        assertThat(new Params().cost(net.graph())).isEqualTo(10 + 2 * 5 + 2 * 5);
        assertThat(new Size().cost(net.graph())).isEqualTo(10 + 4 * 5 + 4 * 2 * 5 + 4 * 2 * 5);
    }

    @Test
    void aBatchNormAfterABiasAddsNothing() {
        int input = net.add(new Input(Shape.flat(4)), Shape.flat(4));
        net.norm(net.add(new Dense(weight(Weight.FLOAT, 3, 4), Optional.of(ParameterSlice.whole("b", 3))), Shape.flat(3), input));
        assertThat(new Params().cost(net.graph())).isEqualTo(12 + 3);
    }

    @Test
    void countsKeptWeightsOnly() {
        int input = net.add(new Input(Shape.image(3, 2, 2)), Shape.image(3, 2, 2));
        ParameterSlice slice = new ParameterSlice("w", List.of(IndexRanges.prefix(2), IndexRanges.of(1, 4), IndexRanges.prefix(1), IndexRanges.prefix(1)));
        net.add(new Convolution(new Weight(slice, 8), Optional.empty(), Window.of(1), 1), Shape.image(2, 2, 2), input);
        assertThat(new Macs().cost(net.graph())).isEqualTo(6 * 4);
        assertThat(new Params().cost(net.graph())).isEqualTo(6);
        assertThat(new Size().cost(net.graph())).isEqualTo(6 + 4 * 2);
    }

    @Test
    void countsBytesReadAndWritten() {
        assertThat(new MemoryTraffic().cost(NET)).isEqualTo(32 + (32 + 74 + 40) + (40 + 10) + (10 + 8) + (8 + 60 + 18) + (8 + 18 + 30)
                + (30 + 30) + (30 + 492 + 12));
    }

    @Test
    void signalsAreHeldAsLongAsSomebodyReadsThem() {
        // the slice outlives the convolution that reads it: concat does too
        assertThat(Schedule.of(NET).held()).containsExactly(32, 32 + 40, 40 + 10, 10 + 8, 8 + 18, 8 + 18 + 30, 30 + 30, 30 + 12);
        assertThat(new PeakMemory().cost(NET)).isEqualTo(72);
    }

    @Test
    void outputsAreHeldToTheEndAndGivenFromWhereTheyLie() {
        int x = net.quantize(net.add(new Input(Shape.image(4, 2, 2)), Shape.image(4, 2, 2)), 8, true);
        int head = net.add(new MaxPool(new Window(2, 2, 0, 1)), Shape.image(4, 1, 1), x);
        int other = net.add(new MaxPool(new Window(1, 1, 0, 1)), Shape.image(4, 2, 2), x);
        net.add(new Outputs(List.of("a", "b")), Shape.flat(20), head, other);
        assertThat(Schedule.of(net.graph()).held()).containsExactly(16, 16 + 4, 16 + 4 + 16, 4 + 16);
        assertThat(new MemoryTraffic().cost(net.graph())).isEqualTo(16 + (16 + 4) + (16 + 16));
        assertThat(new PeakMemory().cost(net.graph())).isEqualTo(36);
    }

    private Graph residual(boolean quantizedSum) {
        int x = net.quantize(net.add(new Input(Shape.image(4, 2, 2)), Shape.image(4, 2, 2)), 8, true);
        int y = net.quantize(net.add(convolution(8, 4, 4, 1, 1), Shape.image(4, 2, 2), x), 8, true);
        int sum = net.add(new Add(), Shape.image(4, 2, 2), x, y);
        if (quantizedSum) {
            net.quantize(sum, 8, true);
        }
        return net.graph();
    }

    @Test
    void aSumTakesThePlaceOfATermThatIsNotNeededAnyMore() {
        assertThat(Schedule.of(residual(true)).held()).containsExactly(16, 32, 32);
    }

    @Test
    void aSumThatDoesNotFitThereHasAPlaceOfItsOwn() {
        assertThat(Schedule.of(residual(false)).held()).containsExactly(16, 32, 32 + 64);
    }

    @Test
    void aResultThatTwoReadIsStoredBeforeItIsChanged() {
        int x = net.relu(net.add(new Input(Shape.image(1, 2, 2)), Shape.image(1, 2, 2)));
        net.add(new Add(), Shape.image(1, 2, 2), net.quantize(x, 8, true), net.quantize(x, 4, true));
        assertThat(Schedule.of(net.graph()).steps()).extracting(Schedule.Step::result).containsExactly(16.0, 4.0, 2.0, 16.0);
    }

    private static Energy energy(double onChip) {
        return new Energy(onChip, 12.5, 162.5, 0.2, 0.1, 4.6);
    }

    @Test
    void energyIsOfProductsAndOfBytes() {
        double macs = 1440 * (0.2 * 3 * 8 / 64 + 0.1) + 48 * (0.2 * 8 * 4 / 64 + 0.1) + 120 * 4.6;
        double weights = 74 + 60 + 492;
        double signals = 982 - weights;
        assertThat(energy(72 + weights).cost(NET)).isCloseTo(1e-6 * (macs + 12.5 * 982), within(1e-12));
        assertThat(energy(71 + weights).cost(NET)).isCloseTo(1e-6 * (macs + 12.5 * signals + 162.5 * weights), within(1e-12));
        assertThat(energy(71).cost(NET)).isCloseTo(1e-6 * (macs + 162.5 * 982), within(1e-12));
    }

    @Test
    void energiesThatWouldRewardWasteAreRefused() {
        assertThatThrownBy(() -> new Energy(1, 200, 162.5, 0.2, 0.1, 4.6)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a byte of DRAM takes 162.5 pJ, less than one on the chip, 200.0 pJ");
        assertThatThrownBy(() -> new Energy(1, 12.5, 162.5, 4, 1, 4.6)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a float product and sum take 4.6 pJ, less than those of 8 bits, 5.0 pJ");
    }

    @Test
    void nodesHaveTheirShares() {
        Graph graph = NET;
        for (CostModel model : List.of(new Macs(), new Flops(), new Bops(), new Params(), new Size(), new MemoryTraffic(), energy(1000))) {
            assertThat(model.perNode(graph)).hasSize(graph.nodes().size());
            assertThat(Arrays.stream(model.perNode(graph)).sum()).isEqualTo(model.cost(graph));
        }
        // the convolution's norm, activation function and rounding are part of it
        assertThat(new MemoryTraffic().perNode(graph)).startsWith(32, 0, 146, 0, 0, 0, 50);
        assertThat(new PeakMemory().perNode(graph)).startsWith(32, 0, 72, 0, 0, 0, 50);
    }

    @Test
    void areFoundAsAService() {
        FullyNestedPlugin plugin = ServiceLoader.load(FullyNestedPlugin.class).stream().map(ServiceLoader.Provider::get)
                .filter(HardwarePlugin.class::isInstance).findFirst().orElseThrow();
        List<Factory<CostModel>> models = plugin.costModels();
        assertThat(models).extracting(Factory::kind).containsExactly("macs", "flops", "bops", "params", "size", "code-size", "executed-macs", "file-size", "peak-memory",
                "memory-traffic", "measured-latency", "energy");
        assertThat(models.stream().filter(model -> model.options() == Factory.None.class)).extracting(model -> model.create().apply(new Factory.None()).unit())
                .containsExactly("MACs", "FLOPs", "BOPs", "parameters", "bytes", "bytes");
        assertThat(plugin.devices()).extracting(Factory<Device>::kind).containsExactly("roofline", "fpga", "latency-table", "onnxruntime");
    }
}
