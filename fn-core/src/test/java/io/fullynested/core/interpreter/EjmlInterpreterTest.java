package io.fullynested.core.interpreter;

import static io.fullynested.core.interpreter.Lone.flat;
import static io.fullynested.core.interpreter.Lone.image;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fullynested.api.graph.Activate;
import io.fullynested.api.graph.Activation;
import io.fullynested.api.graph.Add;
import io.fullynested.api.graph.BatchNorm;
import io.fullynested.api.graph.Dense;
import io.fullynested.api.graph.Flatten;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Input;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.ParameterSlice;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.graph.Weight;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.Parameters;
import io.fullynested.core.tensor.QuantizedTensor;
import io.fullynested.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EjmlInterpreterTest {

    private final EjmlInterpreter interpreter = new EjmlInterpreter();

    /** y = relu(batchNorm(x)) + x, flattened. */
    private static Model residual() {
        Shape shape = Shape.image(1, 1, 2);
        Graph graph = new Graph(List.of(
                new Node("input", new Input(shape), List.of(), shape),
                new Node("norm", new BatchNorm(ParameterSlice.whole("gamma", 1), ParameterSlice.whole("beta", 1),
                        ParameterSlice.whole("norm/mean", 1), ParameterSlice.whole("norm/variance", 1), 0), List.of(0), shape),
                new Node("relu", new Activate(Activation.RELU), List.of(1), shape),
                new Node("add", new Add(), List.of(0, 2), shape),
                new Node("flatten", new Flatten(), List.of(3), Shape.flat(2))));
        return new Model(graph, Parameters.constants(Map.of("gamma", Tensor.vector(2), "beta", Tensor.vector(1)), Map.of()));
    }

    private static final Tensor IMAGES = image(1, 1, 2, 1, 1, 3, 7);

    @Test
    void recalibratesWithTheBiasedVarianceOfTheBatch() {
        Map<String, Tensor> statistics = interpreter.recalibrate(residual(), IMAGES);
        assertThat(statistics.get("norm/mean").data()).containsExactly(3);
        assertThat(statistics.get("norm/variance").data()).containsExactly(6);
        assertThat(statistics).hasSize(2);
    }

    @Test
    void recalibratesLaterNormsOnSignalsThatEarlierOnesNormalised() {
        Graph first = residual().graph();
        Shape shape = Shape.flat(2);
        List<Node> nodes = new ArrayList<>(first.nodes());
        nodes.add(new Node("last", new BatchNorm(ParameterSlice.whole("gamma2", 2), ParameterSlice.whole("beta2", 2),
                ParameterSlice.whole("last/mean", 2), ParameterSlice.whole("last/variance", 2), 0), List.of(4), shape));
        Parameters parameters = residual().parameters().with(Map.of("gamma2", Tensor.vector(1, 1), "beta2", Tensor.vector(0, 0)));
        Map<String, Tensor> statistics = interpreter.recalibrate(new Model(new Graph(nodes), parameters), IMAGES);
        // images 1, 1 and 3, 7 give 1, 1 and 4, 8 + 8/√6
        assertThat(statistics.get("last/mean").data()).containsExactly(2.5f, (float) ((9 + 8 / Math.sqrt(6)) / 2));
        assertThat(statistics.get("last/variance").data()[0]).isEqualTo(2.25f);
    }

    @Test
    void runsWithStatisticsAsInTheRecalibration() {
        Model model = residual();
        Tensor result = interpreter.run(model.with(interpreter.recalibrate(model, IMAGES)), IMAGES);
        assertThat(result.shape()).containsExactly(2, 2);
        assertThat(result.data()).containsExactly(1, 1, 4, (float) (8 + 8 / Math.sqrt(6)));
    }

    @Test
    void saysThatARecalibrationHasToComeFirst() {
        assertThatThrownBy(() -> interpreter.run(residual(), IMAGES)).hasMessageContaining("recalibrate");
        assertThatThrownBy(() -> interpreter.recalibrate(residual(), image(1, 1, 2, 1, 2))).hasMessageContaining("at least 2 images");
    }

    @Test
    void tracesEveryNode() {
        Model model = residual().with(Map.of("norm/mean", Tensor.vector(2), "norm/variance", Tensor.vector(4)));
        List<Tensor> trace = interpreter.trace(model, IMAGES);
        assertThat(trace).hasSize(5);
        assertThat(trace.get(0)).isSameAs(IMAGES);
        assertThat(trace.get(1).data()).containsExactly(0, 0, 2, 6);
        assertThat(trace.get(3).data()).containsExactly(1, 1, 5, 13);
        assertThat(interpreter.run(model, IMAGES).data()).containsExactly(trace.get(4).data());
    }

    @Test
    void readsQuantizedWeightsFromTheParameters() {
        Weight weight = new Weight(ParameterSlice.whole("w", 1, 2), 4);
        Graph graph = new Graph(List.of(new Node("input", new Input(Shape.flat(2)), List.of(), Shape.flat(2)),
                new Node("dense", new Dense(weight, Optional.empty()), List.of(0), Shape.flat(1))));
        QuantizedTensor codes = new QuantizedTensor(new int[] {1, 2}, 4, new byte[] {-3, 15}, new float[] {0.25f});
        Model model = new Model(graph, Parameters.constants(Map.of(), Map.of("w", codes)));
        assertThat(interpreter.run(model, flat(2, 4, 8)).data()).containsExactly(-3 + 30);
    }

    @Test
    void refusesImagesAndResultsOfAnotherShape() {
        assertThatThrownBy(() -> interpreter.run(residual(), image(1, 2, 2, 1, 1, 3, 7)))
                .hasMessage("The network takes images of shape 1×1×2, found a batch of shape [1, 1, 2, 2]");
        assertThatThrownBy(() -> new Lone().evaluate(new Flatten(), Shape.flat(3), IMAGES))
                .hasMessage("Node lone gives [2, 2], but the graph says [2, 3]");
    }
}
