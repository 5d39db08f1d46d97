package io.fullynested.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Operator;
import io.fullynested.core.interpreter.EjmlInterpreter;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.Parameters;
import io.fullynested.core.model.SubmodelExtractor;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.testkit.RandomNetworks.Codes;
import io.fullynested.training.TorchEngine;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** LibTorch computes what the reference interpreter computes. */
class EngineParityTest {

    private static final EjmlInterpreter REFERENCE = new EjmlInterpreter();
    private static final TorchEngine TORCH = new TorchEngine(1);

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void everyOperatorAgreesOnTheSameInputs(@ForAll @IntRange(min = 1, max = 150) int seed) {
        RandomNetwork network = RandomNetworks.of(seed);
        Model model = network.recalibrated(network.selection());
        List<Tensor> trace = REFERENCE.trace(model, network.images());
        for (int i = 1; i < trace.size(); i++) {
            Node node = model.graph().node(i);
            if (!(node.operator() instanceof Operator.FakeQuantize)) {
                double difference = Differences.greatest(torch(model, List.of(node), trace), trace.get(i));
                assertThat(difference).as("%s of %s", node, network).isLessThanOrEqualTo(1e-4 * unit(model, node, trace.get(i), trace));
            }
        }
    }

    @Test
    void roundedSignalsAgreeButForRareNeighbours() {
        long positions = 0;
        long neighbours = 0;
        for (int seed = 1; seed <= 150; seed++) {
            RandomNetwork network = RandomNetworks.of(seed, Codes.WEIGHTS_AND_SIGNALS);
            Model model = network.recalibrated(network.selection());
            List<Tensor> trace = REFERENCE.trace(model, network.images());
            for (int i = 1; i < trace.size(); i++) {
                if (model.graph().node(i).operator() instanceof Operator.FakeQuantize quantize) {
                    Tensor actual = torch(model, chainUpTo(model.graph(), i), trace);
                    double step = step(quantize, model.parameters());
                    assertThat(Differences.greatest(actual, trace.get(i))).as("%s of %s", model.graph().node(i), network)
                            .isLessThan(1.001 * step);
                    for (int j = 0; j < actual.data().length; j++) {
                        positions++;
                        neighbours += Math.abs(actual.data()[j] - trace.get(i).data()[j]) > step / 2 ? 1 : 0;
                    }
                }
            }
        }
        assertThat(positions).isGreaterThan(100_000);
        assertThat((double) neighbours / positions).as("share of neighbouring codes").isLessThan(1e-3);
    }

    @Property(generation = GenerationMode.EXHAUSTIVE, maxDiscardRatio = 1)
    void networksAgreeEndToEnd(@ForAll @IntRange(min = 1, max = 150) int seed) {
        RandomNetwork network = RandomNetworks.of(seed, seed % 2 == 0 ? Codes.NONE : Codes.WEIGHTS);
        Model model = network.recalibrated(network.selection());
        Assume.that(network.isWellConditioned(model));
        for (Model either : List.of(model, SubmodelExtractor.extract(model))) {
            Tensor actual = TORCH.run(either, network.images());
            assertThat(Differences.relative(actual, REFERENCE.run(either, network.images()))).as(network.toString()).isLessThan(1e-3);
        }
    }

    @Test
    void roundedNetworksAgreeEndToEnd() {
        List<Double> differences = new ArrayList<>();
        int images = 0;
        int agree = 0;
        for (int seed = 1; seed <= 150; seed++) {
            RandomNetwork network = RandomNetworks.of(seed, Codes.WEIGHTS_AND_SIGNALS);
            Model model = network.recalibrated(network.selection());
            Tensor expected = REFERENCE.run(model, network.images());
            Tensor actual = TORCH.run(model, network.images());
            int classes = expected.shape()[1];
            for (int i = 0; i < expected.shape()[0]; i++) {
                images++;
                agree += top(actual, i) == top(expected, i) ? 1 : 0;
                for (int c = i * classes; c < (i + 1) * classes; c++) {
                    differences.add((double) Math.abs(actual.data()[c] - expected.data()[c]));
                }
            }
        }
        differences.sort(null);
        assertThat((double) agree / images).as("share of images with the same class").isGreaterThanOrEqualTo(0.995);
        assertThat(differences.get(differences.size() / 2)).as("median difference of logits").isLessThan(1e-3);
    }

    private static int top(Tensor logits, int image) {
        int classes = logits.shape()[1];
        int top = 0;
        for (int c = 1; c < classes; c++) {
            top = logits.data()[image * classes + c] > logits.data()[image * classes + top] ? c : top;
        }
        return top;
    }

    @Property(generation = GenerationMode.EXHAUSTIVE, maxDiscardRatio = 1)
    void recalibrationsAgree(@ForAll @IntRange(min = 1, max = 150) int seed) {
        RandomNetwork network = RandomNetworks.of(seed, seed % 2 == 0 ? Codes.NONE : Codes.WEIGHTS);
        Model model = network.submodel(network.selection());
        Assume.that(network.isWellConditioned(RandomNetwork.recalibrated(model, network.images())));
        Map<String, Tensor> expected = REFERENCE.recalibrate(model, network.images());
        Map<String, Tensor> actual = TORCH.recalibrate(model, network.images());
        assertThat(actual).hasSameSizeAs(expected);
        expected.forEach((name, statistic) -> assertThat(Differences.greatest(actual.get(name), statistic)).as("%s of %s", name, network)
                .isLessThan(1e-3 * Math.max(Differences.magnitude(statistic), 1e-3)));
    }

    @Test
    void allOperatorsAreTried() {
        Set<Class<?>> tried = new HashSet<>();
        for (int seed = 1; seed <= 150; seed++) {
            RandomNetwork network = RandomNetworks.of(seed);
            network.net().compile(network.net().axes().full()).nodes().forEach(node -> tried.add(node.operator().getClass()));
        }
        assertThat(tried).isEqualTo(Stream.of(Operator.class.getPermittedSubclasses()).collect(Collectors.toSet()));
    }

    /** What a difference is relative to: the result, or what a batch norm takes the mean off from to get it. */
    private static double unit(Model model, Node node, Tensor result, List<Tensor> trace) {
        double unit = Differences.magnitude(result);
        if (node.operator() instanceof Operator.BatchNorm norm) {
            double x = Differences.magnitude(trace.get(node.inputs().get(0)));
            for (double factor : RandomNetwork.factors(model, norm)) {
                unit = Math.max(unit, Math.abs(factor) * x);
            }
        }
        return unit;
    }

    private static Tensor torch(Model model, List<Node> chain, List<Tensor> trace) {
        Isolated isolated = Isolated.of(chain, chain.get(0).inputs().stream().map(trace::get).toList());
        return TORCH.run(new Model(isolated.graph(), model.parameters()), isolated.input());
    }

    /** The nodes since the last codes: a convolution, its norm and activation, and their rounding, as a runtime fuses them. */
    private static List<Node> chainUpTo(Graph graph, int last) {
        LinkedList<Node> chain = new LinkedList<>(List.of(graph.node(last)));
        int[] uses = graph.uses();
        while (chain.getFirst().inputs().size() == 1) {
            int before = chain.getFirst().inputs().get(0);
            Operator operator = graph.node(before).operator();
            if (uses[before] > 1 || operator instanceof Operator.FakeQuantize || operator instanceof Operator.Input) {
                break;
            }
            chain.addFirst(graph.node(before));
        }
        return new ArrayList<>(chain);
    }

    private static double step(Operator.FakeQuantize quantize, Parameters parameters) {
        double clip = parameters.value(quantize.clip()).data()[0];
        return quantize.signed() ? (1 << 8 - quantize.bits()) * clip / 127 : clip / ((1 << quantize.bits()) - 1);
    }
}
