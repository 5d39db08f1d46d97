package io.fullynested.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.graph.Dense;
import io.fullynested.api.graph.FakeQuantize;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Input;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Operator;
import io.fullynested.api.graph.ParameterSlice;
import io.fullynested.api.graph.Permute;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.graph.Weight;
import io.fullynested.core.tensor.QuantizedTensor;
import io.fullynested.core.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class IntegerBiasTest {

    private static final QuantizedTensor WEIGHT = new QuantizedTensor(new int[] {2, 3}, 8, new byte[] {1, 2, 3, 4, 5, 6}, new float[] {0.5f, 0.25f});
    private static final SignalGrid GRID = new SignalGrid(0.5f, 0);

    @Test
    void gridsAreThoseOfTheQuantiser() {
        assertThat(SignalGrid.of(8, false, 2.55f)).isEqualTo(new SignalGrid(2.55f / 255, 0));
        assertThat(SignalGrid.of(4, false, 3)).isEqualTo(new SignalGrid(0.2f, 0));
        assertThat(SignalGrid.of(8, true, 2.54f)).isEqualTo(new SignalGrid(2.54f / 127, 128));
        assertThat(SignalGrid.of(3, true, 127)).isEqualTo(new SignalGrid(32, 4));
    }

    @Test
    void roundsToTheUnitOfTheProducts() {
        IntegerBias bias = IntegerBias.of(Tensor.vector(0.6f, -0.2f), WEIGHT, GRID).orElseThrow();
        assertThat(bias.steps()).containsExactly(0.25f, 0.125f);
        assertThat(bias.integers()).containsExactly(2, -2);
        assertThat(bias.dequantize().data()).containsExactly(0.5f, -0.25f);
    }

    @Test
    void leavesRoomForTheSumOfProducts() {
        // 2³¹ − 1 less three products of at most 255 · 127
        float most = 0.25f * (Integer.MAX_VALUE - 3 * 255 * 127);
        assertThat(IntegerBias.of(Tensor.vector(most * 0.9999f, 0), WEIGHT, GRID)).isPresent();
        assertThat(IntegerBias.of(Tensor.vector(most * 1.0001f, 0), WEIGHT, GRID)).isEmpty();
        assertThat(IntegerBias.of(Tensor.vector(0, 0), WEIGHT, new SignalGrid(1e-38f, 0))).isEmpty();
    }

    @Test
    void roundsBiasesBetweenCodesAndNoOthers() {
        Operator dense = new Dense(new Weight(ParameterSlice.whole("weight", 2, 3), 8), Optional.of(ParameterSlice.whole("bias", 2)));
        Operator quantize = new FakeQuantize(8, false, new ParameterSlice("clip", List.of()));
        List<Node> nodes = List.of(
                new Node("input", new Input(Shape.flat(3)), List.of(), Shape.flat(3)),
                new Node("quantize", quantize, List.of(0), Shape.flat(3)),
                new Node("permute", new Permute(List.of(2, 0, 1)), List.of(1), Shape.flat(3)),
                new Node("dense", dense, List.of(2), Shape.flat(2)));
        Parameters parameters = Parameters.constants(Map.of("bias", Tensor.vector(0.6f, -0.2f), "clip", Tensor.scalar(127.5f)), Map.of("weight", WEIGHT));
        Model model = new Model(new Graph(nodes), parameters);

        assertThat(SignalGrid.all(model)).containsExactly(Optional.empty(), Optional.of(GRID), Optional.of(GRID), Optional.empty());
        assertThat(IntegerBias.round(model).parameters().tensors().get("bias").data()).containsExactly(0.5f, -0.25f);

        Model floats = new Model(GraphPasses.clipped(model.graph()), parameters);
        assertThat(IntegerBias.round(floats).parameters().tensors().get("bias").data()).containsExactly(0.6f, -0.2f);
    }
}
