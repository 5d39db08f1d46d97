package io.fullynested.hardware;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.cost.CostModel;
import io.fullynested.api.graph.Activation;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.IndexRanges;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Operator;
import io.fullynested.api.graph.ParameterSlice;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.graph.Weight;
import io.fullynested.api.graph.Window;
import io.fullynested.api.plugin.Factory;
import io.fullynested.api.plugin.FullyNestedPlugin;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class CostModelsTest {

    private final List<Node> nodes = new ArrayList<>();

    /** Two quantised convolutions with folded batch norms, of 3 and 8 bits, and a float dense layer with bias. */
    private Graph quantizedNet() {
        int input = add(new Operator.Input(), Shape.image(2, 4, 4));
        int x = quantize(input, 8, true);
        // 5×2×3×3 = 90 weights at 3 bits, 4×4 pixels
        int conv = add(convolution(3, 5, 2, 3, 1), Shape.image(5, 4, 4), x);
        x = quantize(relu(norm(conv)), 4, false);
        x = add(new Operator.MaxPool(new Window(2, 2, 0, 1)), Shape.image(5, 2, 2), x);
        x = add(new Operator.Slice(0, 4), Shape.image(4, 2, 2), x);
        // 6×(4/2)×1×1 = 12 weights at 8 bits, 2×2 pixels
        int grouped = add(convolution(8, 6, 2, 1, 2), Shape.image(6, 2, 2), x);
        int y = quantize(norm(grouped), 6, true);
        x = add(new Operator.Concat(), Shape.image(10, 2, 2), x, y);
        x = add(new Operator.Permute(List.of(1, 0, 2, 3, 4, 5, 6, 7, 8, 9)), Shape.image(10, 2, 2), x);
        x = add(new Operator.Flatten(), Shape.flat(40), x);
        // 3×40 = 120 float weights
        add(new Operator.Dense(weight(Weight.FLOAT, 3, 40), Optional.of(ParameterSlice.whole("b", 3))), Shape.flat(3), x);
        return new Graph(nodes);
    }

    @Test
    void countsMacs() {
        assertThat(new Macs().cost(quantizedNet())).isEqualTo(90 * 16 + 12 * 4 + 120);
    }

    @Test
    void countsWeightsAndFoldedBiases() {
        assertThat(new Params().cost(quantizedNet())).isEqualTo(90 + 5 + 12 + 6 + 120 + 3);
    }

    @Test
    void countsPackedBytes() {
        // 270 bits are 34 bytes
        assertThat(new Size().cost(quantizedNet())).isEqualTo((34 + 4 * 5 + 4 * 5) + (12 + 4 * 6 + 4 * 6) + (480 + 4 * 3));
    }

    @Test
    void countsBitOperationsThroughWhatKeepsCodes() {
        // the dense layer sees 4-bit and 6-bit codes side by side
        assertThat(new Bops().cost(quantizedNet())).isEqualTo(3 * 8 * 90 * 16 + 8 * 4 * 12 * 4 + 32 * 6 * 120);
    }

    @Test
    void aFloatSignalHas32Bits() {
        int x = quantize(add(new Operator.Input(), Shape.image(2, 4, 4)), 8, true);
        add(convolution(Weight.FLOAT, 5, 2, 3, 1), Shape.image(5, 4, 4), relu(x));
        assertThat(new Bops().cost(new Graph(nodes))).isEqualTo(32.0 * 32 * 90 * 16);
        assertThat(new Size().cost(new Graph(nodes))).isEqualTo(360);
    }

    @Test
    void aBatchNormThatCannotBeFoldedScalesAndShifts() {
        int input = add(new Operator.Input(), Shape.image(2, 4, 4));
        int conv = add(convolution(8, 5, 2, 1, 1), Shape.image(5, 4, 4), input);
        int normed = norm(conv);
        int again = norm(normed);
        add(new Operator.Add(), Shape.image(5, 4, 4), conv, again);
        assertThat(new Params().cost(new Graph(nodes))).isEqualTo(10 + 2 * 5 + 2 * 5);
        assertThat(new Size().cost(new Graph(nodes))).isEqualTo(10 + 4 * 5 + 4 * 2 * 5 + 4 * 2 * 5);
    }

    @Test
    void aBatchNormAfterABiasAddsNothing() {
        int input = add(new Operator.Input(), Shape.flat(4));
        norm(add(new Operator.Dense(weight(Weight.FLOAT, 3, 4), Optional.of(ParameterSlice.whole("b", 3))), Shape.flat(3), input));
        assertThat(new Params().cost(new Graph(nodes))).isEqualTo(12 + 3);
    }

    @Test
    void countsKeptWeightsOnly() {
        int input = add(new Operator.Input(), Shape.image(3, 2, 2));
        ParameterSlice slice = new ParameterSlice("w", List.of(IndexRanges.prefix(2), IndexRanges.of(1, 4), IndexRanges.prefix(1), IndexRanges.prefix(1)));
        add(new Operator.Convolution(new Weight(slice, 8), Optional.empty(), Window.of(1), 1), Shape.image(2, 2, 2), input);
        assertThat(new Macs().cost(new Graph(nodes))).isEqualTo(6 * 4);
        assertThat(new Params().cost(new Graph(nodes))).isEqualTo(6);
        assertThat(new Size().cost(new Graph(nodes))).isEqualTo(6 + 4 * 2);
    }

    @Test
    void areFoundAsAService() {
        List<Factory<CostModel>> models = ServiceLoader.load(FullyNestedPlugin.class).stream().map(ServiceLoader.Provider::get)
                .filter(HardwarePlugin.class::isInstance).findFirst().orElseThrow().costModels();
        assertThat(models).extracting(Factory::kind).containsExactly("macs", "params", "size", "bops");
        assertThat(models).extracting(model -> model.create().apply(new Factory.None()).unit())
                .containsExactly("MACs", "parameters", "bytes", "BOPs");
    }

    private int add(Operator operator, Shape shape, Integer... inputs) {
        nodes.add(new Node("node" + nodes.size(), operator, List.of(inputs), shape));
        return nodes.size() - 1;
    }

    private int quantize(int x, int bits, boolean signed) {
        return add(new Operator.FakeQuantize(bits, signed, ParameterSlice.whole("clip" + nodes.size())), nodes.get(x).shape(), x);
    }

    private int relu(int x) {
        return add(new Operator.Activate(Activation.RELU), nodes.get(x).shape(), x);
    }

    private int norm(int x) {
        ParameterSlice vector = ParameterSlice.whole("norm" + nodes.size(), nodes.get(x).shape().channels());
        return add(new Operator.BatchNorm(vector, vector, vector, vector, 1e-5), nodes.get(x).shape(), x);
    }

    private static Operator convolution(int bits, int out, int in, int kernel, int groups) {
        return new Operator.Convolution(weight(bits, out, in, kernel, kernel), Optional.empty(), Window.of(kernel), groups);
    }

    private static Weight weight(int bits, int... shape) {
        return new Weight(ParameterSlice.whole("w", shape), bits);
    }
}
