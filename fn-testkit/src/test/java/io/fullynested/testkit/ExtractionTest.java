package io.fullynested.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.graph.BatchNorm;
import io.fullynested.api.graph.Convolution;
import io.fullynested.api.graph.Dense;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Operator;
import io.fullynested.api.graph.ParameterSlice;
import io.fullynested.api.graph.Weight;
import io.fullynested.core.interpreter.EjmlInterpreter;
import io.fullynested.core.model.IntegerBias;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.SignalGrid;
import io.fullynested.core.model.SubmodelExtractor;
import io.fullynested.core.tensor.QuantizedTensor;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.testkit.RandomNetworks.Codes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** An extracted submodel, its batch norms folded, computes what the recalibrated graph computes. */
class ExtractionTest {

    private static final EjmlInterpreter INTERPRETER = new EjmlInterpreter();

    @Property(generation = GenerationMode.EXHAUSTIVE, maxDiscardRatio = 1)
    void floatSignalsAgreeEndToEnd(@ForAll @IntRange(min = 1, max = 150) int seed) {
        RandomNetwork network = RandomNetworks.of(seed, seed % 2 == 0 ? Codes.NONE : Codes.WEIGHTS);
        Model model = network.recalibrated(network.selection());
        Assume.that(network.isWellConditioned(model));
        Tensor expected = INTERPRETER.run(model, network.images());
        Tensor actual = INTERPRETER.run(SubmodelExtractor.extract(model), network.images());
        assertThat(Differences.relative(actual, expected)).as(network.toString()).isLessThan(1e-3);
    }

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void everyOperatorAgreesOnTheSameInputs(@ForAll @IntRange(min = 1, max = 150) int seed) {
        RandomNetwork network = RandomNetworks.of(seed);
        Model model = network.recalibrated(network.selection());
        Model extracted = SubmodelExtractor.extract(model);
        List<Tensor> trace = INTERPRETER.trace(model, network.images());
        Map<String, Integer> results = results(model.graph());
        for (Node node : extracted.graph().nodes().subList(1, extracted.graph().nodes().size())) {
            List<Tensor> inputs = node.inputs().stream()
                    .map(input -> trace.get(results.get(extracted.graph().node(input).name()))).toList();
            Tensor actual = INTERPRETER.evaluate(node, extracted.parameters(), inputs);
            Tensor expected = trace.get(results.get(node.name()));
            Node before = named(model.graph(), node.name());
            double tolerance = norm(model.graph(), before).map(norm -> tolerance(model, extracted, before, norm, trace)).orElse(0.0);
            assertThat(Differences.greatest(actual, expected)).as("%s of %s", node, network).isLessThanOrEqualTo(tolerance);
        }
    }

    /** What is rounded are the products gamma / σ · w · x, of which the mean is taken off later; beside a bias, small ones are dropped. */
    private static double tolerance(Model model, Model extracted, Node layer, BatchNorm norm, List<Tensor> trace) {
        double tolerance = 0;
        double[] factors = RandomNetwork.factors(model, norm);
        for (int c = 0; c < factors.length; c++) {
            double shift = Math.abs(model.parameters().value(norm.beta()).data()[c])
                    + Math.abs(factors[c] * model.parameters().value(norm.mean()).data()[c]);
            double products = Math.abs(factors[c]) * Differences.magnitude(trace.get(model.graph().nodes().indexOf(layer)));
            tolerance = Math.max(tolerance, 1e-6 * (shift + products));
            Weight weight = weight(named(extracted.graph(), layer.name()).operator()).orElseThrow();
            if (weight.quantized()) {
                QuantizedTensor codes = extracted.parameters().quantized(weight);
                int row = codes.integers().length / codes.steps().length;
                boolean zero = IntStream.range(c * row, (c + 1) * row).allMatch(i -> codes.integers()[i] == 0);
                tolerance = Math.max(tolerance, zero ? shift * row / 30_000 : 0);
            }
        }
        return tolerance;
    }

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void codesAreThoseOfTheGraphNegatedWhereGammaIs(@ForAll @IntRange(min = 1, max = 150) int seed) {
        RandomNetwork network = RandomNetworks.of(seed, seed % 2 == 0 ? Codes.WEIGHTS : Codes.WEIGHTS_AND_SIGNALS);
        Model model = network.recalibrated(network.selection());
        Model extracted = SubmodelExtractor.extract(model);
        List<Optional<SignalGrid>> grids = SignalGrid.all(extracted);
        for (Node node : extracted.graph().nodes()) {
            Optional<Weight> weight = weight(node.operator()).filter(Weight::quantized);
            if (weight.isEmpty()) {
                continue;
            }
            Node before = named(model.graph(), node.name());
            QuantizedTensor codes = extracted.parameters().quantized(weight.get());
            QuantizedTensor original = model.parameters().quantized(weight(before.operator()).orElseThrow());
            Optional<BatchNorm> norm = norm(model.graph(), before);
            Optional<SignalGrid> input = grids.get(node.inputs().get(0));
            Optional<Tensor> bias = bias(node.operator()).map(extracted.parameters()::value);
            if (input.isPresent() && bias.isPresent()) {
                assertThat(IntegerBias.of(bias.get(), codes, input.get())).as("bias of %s as int32 in %s", node, network).isPresent();
            }
            Optional<double[]> factors = norm.map(following -> RandomNetwork.factors(model, following));
            int row = codes.integers().length / codes.steps().length;
            for (int c = 0; c < codes.steps().length; c++) {
                double factor = factors.isEmpty() ? 1 : factors.get()[c];
                double step = original.steps()[c] * Math.abs(factor);
                double unit = step * input.map(SignalGrid::scale).orElse(1f);
                boolean vanishes = step < 2e-12 || input.isPresent() && bias.isPresent() && Math.abs(bias.get().data()[c]) / unit > 1 << 29;
                if (!vanishes) {
                    assertThat(codes.steps()[c] / step).as("step of %s[%d]", node.name(), c).isBetween(1 - 1e-6, 1 + 1e-6);
                }
                for (int i = c * row; i < (c + 1) * row; i++) {
                    int expected = factor < 0 ? -original.integers()[i] : original.integers()[i];
                    assertThat(codes.integers()[i] == expected || vanishes && codes.integers()[i] == 0)
                            .as("%s[%d], factor %s, of %s", node.name(), i, factor, network).isTrue();
                }
            }
        }
    }

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void onlyNormsWithoutALayerOfTheirOwnAreLeft(@ForAll @IntRange(min = 1, max = 150) int seed) {
        RandomNetwork network = RandomNetworks.of(seed);
        Graph graph = SubmodelExtractor.extract(network.recalibrated(network.selection())).graph();
        for (Node node : graph.nodes()) {
            assertThat(folds(graph, node)).as("%s folds", node.name()).isFalse();
        }
    }

    /** For the name of each node where its result is in the trace; that of a layer is the result of the norm folded into it. */
    private static Map<String, Integer> results(Graph graph) {
        Map<String, Integer> results = new HashMap<>();
        for (int i = 0; i < graph.nodes().size(); i++) {
            Node node = graph.node(i);
            results.put(node.name(), i);
            if (folds(graph, node)) {
                results.put(graph.input(node, 0).name(), i);
            }
        }
        return results;
    }

    /** Whether a node is a norm that alone takes the result of a layer. */
    private static boolean folds(Graph graph, Node node) {
        return node.operator() instanceof BatchNorm && weight(graph.input(node, 0).operator()).isPresent()
                && graph.uses()[node.inputs().get(0)] == 1;
    }

    /** The norm to be folded into a layer. */
    private static Optional<BatchNorm> norm(Graph graph, Node layer) {
        return graph.nodes().stream().filter(node -> folds(graph, node) && graph.input(node, 0) == layer)
                .map(node -> (BatchNorm) node.operator()).findFirst();
    }

    private static Node named(Graph graph, String name) {
        return graph.nodes().stream().filter(node -> node.name().equals(name)).findFirst().orElseThrow();
    }

    private static Optional<Weight> weight(Operator operator) {
        return operator instanceof Convolution conv ? Optional.of(conv.weight())
                : operator instanceof Dense dense ? Optional.of(dense.weight()) : Optional.empty();
    }

    private static Optional<ParameterSlice> bias(Operator operator) {
        return operator instanceof Convolution conv ? conv.bias() : ((Dense) operator).bias();
    }
}
