package io.fullynested.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fullynested.api.cost.Host;
import io.fullynested.api.graph.FakeQuantize;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Input;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Operator;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.engine.Backend;
import io.fullynested.core.interpreter.EjmlInterpreter;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.Parameters;
import io.fullynested.core.model.Ranking;
import io.fullynested.core.model.SubmodelExtractor;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.hardware.ExecutedMacs;
import io.fullynested.hardware.Flops;
import io.fullynested.hardware.Macs;
import io.fullynested.hardware.Params;
import io.fullynested.hardware.Size;
import io.fullynested.onnx.Claims;
import io.fullynested.onnx.Format;
import io.fullynested.onnx.Names;
import io.fullynested.onnx.OnnxCosts;
import io.fullynested.onnx.OnnxExporter;
import io.fullynested.onnx.OnnxFile;
import io.fullynested.onnx.OnnxHost;
import io.fullynested.onnx.OnnxStopwatch;
import io.fullynested.onnx.Provenance;
import io.fullynested.testkit.RandomNetworks.Codes;
import io.fullynested.training.SubmodelGradients;
import io.fullynested.training.TorchEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Operator} promises: that what it says of itself is so in each backend. A new one gets an {@link OperatorSample};
 * the checks put its block into small random networks.
 */
abstract class OperatorContract {

    private static final int SEEDS = 3;
    private static final int PAIRS = 20;
    private static final int PLACES = 5;

    /** The operator under test. */
    abstract OperatorSample sample();

    /** Its rule gives the shape worked out by hand, and that of what is computed. */
    @Test
    final void itsShapeIsThatOfItsResult() {
        OperatorSample sample = sample();
        assertThat(shape(sample.operator(), sample.inputs())).as("shape of %s on %s", sample.operator(), sample.inputs()).isEqualTo(sample.result());
        forAll(Codes.NONE, network -> {
            Model model = network.recalibrated(network.selection());
            List<Tensor> results = new EjmlInterpreter().trace(model, network.images());
            for (int i = 0; i < results.size(); i++) {
                Node node = model.graph().node(i);
                Shape shape = shape(node.operator(), model.graph().inputShapes(node));
                assertThat(IntStream.of(results.get(i).shape()).skip(1)).as("shape of %s of %s", node, network)
                        .containsExactlyElementsOf(IntStream.of(shape.extents()).boxed().toList());
            }
        });
    }

    /** LibTorch and onnxruntime compute what the reference interpreter computes; where it keeps codes, or makes them, codes too. */
    @Test
    final void enginesAgree() {
        for (Backend engine : engines()) {
            OperatorParity parity = new OperatorParity(engine, this::isTested);
            for (Codes codes : Codes.values()) {
                forAll(codes, network -> {
                    Model model = network.recalibrated(network.selection());
                    parity.checkOperators(model, network.images(), network);
                    parity.checkCodes(model, network.images(), network);
                });
            }
            assertThat(parity.neighbours()).as("codes that differ, of %d", parity.codes()).isLessThanOrEqualTo(2 + parity.codes() / 1000);
        }
    }

    /** The gradient that LibTorch gives is the slope of the loss that the reference interpreter computes. */
    @Test
    final void itsGradientIsTheSlopeOfTheLoss() {
        forAll(Codes.NONE, network -> {
            LossSlope slope = new LossSlope(network);
            Map<String, Tensor> gradients = gradients(network);
            long told = gradients.entrySet().stream().filter(gradient -> {
                Tensor direction = slope.direction(gradient.getKey());
                OptionalDouble expected = slope.along(gradient.getKey(), direction);
                expected.ifPresent(value -> assertThat(LossSlope.product(gradient.getValue(), direction))
                        .as("slope of the loss along %s, %s", gradient.getKey(), network).isCloseTo(value, within(2e-3 + 0.02 * Math.abs(value))));
                return expected.isPresent();
            }).count();
            assertThat(told).as("slopes of %s", network).isGreaterThan(gradients.size() / 2);
        });
    }

    /** What it uses in a submodel it uses in a larger one too; and the submodel computes what the whole does with the rest set to zero. */
    @Test
    final void aSubmodelIsThePrefixOfTheSupernet() {
        forAll(Codes.NONE, network -> {
            for (int i = 0; i < PAIRS; i++) {
                SubmodelSpec large = network.selection();
                SubmodelSpec small = network.net().axes().select(axis -> Math.min(large.keep(axis.id()), network.keep(axis)));
                Masking.checkContained(network, compile(network, small), compile(network, large), small + ", is used by " + large);
            }
            SubmodelSpec selection = network.selection();
            if (sample().maskable()) {
                Tensor expected = Masking.run(Masking.masked(network, selection), network.images());
                Tensor actual = Masking.run(new Model(compile(network, selection), network.masters()), network.images());
                assertThat(Differences.relative(actual, expected)).as("%s of %s against the masked supernet", selection, network).isZero();
            }
        });
    }

    /** A network whose terms were put in another order computes what it did: its parameters moved along. */
    @Test
    final void anotherOrderOfTermsComputesTheSame() {
        forAll(Codes.NONE, network -> {
            Graph full = network.net().compile(network.net().axes().full());
            Model moved = new Model(full, new Parameters(ranked(network), network.net().spec().quantization().quantizer()));
            assertThat(Differences.relative(Masking.run(moved, network.images()), Masking.run(new Model(full, network.masters()), network.images())))
                    .as("the ranked network against %s", network).isLessThan(1e-4);
        });
    }

    /** What is extracted computes what the submodel did. */
    @Test
    final void extractionComputesTheSame() {
        for (Codes codes : List.of(Codes.NONE, Codes.WEIGHTS)) {
            forAll(codes, network -> {
                Model model = network.recalibrated(network.selection());
                EjmlInterpreter interpreter = new EjmlInterpreter();
                assertThat(Differences.relative(interpreter.run(extract(model), network.images()), interpreter.run(model, network.images())))
                        .as("what is extracted of %s", network).isLessThan(1e-4);
            });
        }
    }

    /** Where it says that it gives no number below zero, it gives none. */
    @Test
    final void nothingIsBelowZeroWhereItSaysSo() {
        forAllComputed(computed -> {
            for (Computed one : List.of(computed, computed.onMagnitudes(1), computed.onMagnitudes(-1))) {
                if (nonNegative(one.node().operator(), one.takesNothingBelowZero())) {
                    assertThat(one.least()).as("the least number of %s, which says none is below zero", one.node()).isNotNegative();
                }
            }
        });
    }

    /** If it says that codes stay codes, each number of its result is one that it takes. */
    @Test
    final void codesStayCodesWhereItSaysSo() {
        forAllComputed(computed -> {
            if (keepsCodes(computed.node().operator())) {
                assertThat(computed.made()).as("numbers of %s, which says it makes none", computed.node()).isEmpty();
            }
        });
    }

    /** If it says that it can be written over what it takes, a number of its result depends on none at another place. */
    @Test
    final void eachNumberStaysInItsPlaceWhereItSaysSo() {
        forAllComputed(computed -> {
            if (!inPlace(computed.node().operator())) {
                return;
            }
            int size = computed.result().data().length;
            assertThat(computed.inputs().get(0).data()).as("what %s is written over", computed.node()).hasSize(size);
            for (int input = 0; input < computed.inputs().size(); input++) {
                for (int i = 0; i < PLACES && computed.inputs().get(input).data().length == size; i++) {
                    int place = (2 * i + 1) * size / (2 * PLACES);
                    assertThat(computed.differences(computed.withAnother(input, place)))
                            .as("places of %s, written over its input, that depend on place %d of it", computed.node(), place).isSubsetOf(place);
                }
            }
        });
    }

    /** It costs what was worked out by hand. */
    @Test
    final void itCostsWhatWasWorkedOutByHand() {
        OperatorSample sample = sample();
        List<Node> nodes = new ArrayList<>();
        for (Shape input : sample.inputs()) {
            nodes.add(new Node("input" + nodes.size(), new Input(input), List.of(), input));
        }
        Node node = new Node("operator", sample.operator(), IntStream.range(0, nodes.size()).boxed().toList(), sample.result());
        nodes.add(node);
        Graph graph = new Graph(nodes);
        assertThat(new Macs().cost(graph, node)).as("MACs of %s", node).isEqualTo(sample.macs());
        assertThat(new Params().cost(graph, node)).as("parameters of %s", node).isEqualTo(sample.params());
        assertThat(new Flops().cost(graph, node)).as("FLOPs of %s", node).isEqualTo(sample.flops());
    }

    /** A file says of itself what can be counted in it, and what it costs is known before it is written. */
    @Test
    final void aFileCostsWhatIsSaidOfIt() {
        for (Format format : List.of(Format.FLOAT32, Format.QDQ_INT8)) {
            forAll(format.coded() ? Codes.WEIGHTS_AND_SIGNALS : Codes.NONE, network -> {
                SubmodelSpec selection = network.selection();
                Graph graph = network.net().compile(selection);
                Provenance provenance = new Provenance("1", "contract", selection, costs(graph), Map.of(), List.of());
                Host host = new OnnxHost(any -> format, network.net().spec().quantization().quantizer(), Names.SHORT, () -> provenance, new OnnxStopwatch());
                OnnxFile file = network.export(graph, new OnnxExporter(format), provenance, provenance);
                assertThat(Claims.broken(file)).as("what %s says of itself, %s", format, network).isEmpty();
                assertThat(new ExecutedMacs().on(host).cost(graph)).as("multiply-accumulates of %s, %s", format, network)
                        .isEqualTo(OnnxCosts.of(file.proto()).executed());
                if (file.notes().isEmpty()) {
                    assertThat(new Size().on(host).cost(graph)).as("bytes of %s, %s", format, network).isEqualTo(file.bytes().length);
                }
            });
        }
    }

    private boolean isTested(Node node) {
        return node.operator().getClass() == sample().operator().getClass();
    }

    private void forAll(Codes codes, Consumer<RandomNetwork> check) {
        for (int seed = 1; seed <= SEEDS; seed++) {
            RandomNetwork network = RandomNetworks.around(seed, codes, sample().block(), sample().input(), true, sample().heads());
            assertThat(network.net().compile(network.net().axes().full()).nodes()).as("operators of the block for %s", sample())
                    .anyMatch(node -> isTested(node) || sample().operator() instanceof FakeQuantize && codes != Codes.WEIGHTS_AND_SIGNALS);
            check.accept(network);
        }
    }

    /** All nodes of the operator, with numbers and with codes. */
    private void forAllComputed(Consumer<Computed> check) {
        for (Codes codes : List.of(Codes.NONE, Codes.WEIGHTS_AND_SIGNALS)) {
            forAll(codes, network -> Computed.of(network.recalibrated(network.selection()), network.images(), this::isTested).forEach(check));
        }
    }

    /** What is asked for shapes. */
    Shape shape(Operator operator, List<Shape> inputs) {
        return operator.shape(inputs);
    }

    /** What is asked whether no number is below zero. */
    boolean nonNegative(Operator operator, boolean inputs) {
        return operator.nonNegative(inputs);
    }

    /** What is asked whether codes stay codes. */
    boolean keepsCodes(Operator operator) {
        return operator.keepsCodes();
    }

    /** What is asked whether numbers stay in their places. */
    boolean inPlace(Operator operator) {
        return operator.inPlace();
    }

    /** What a file is to say of itself. */
    Map<String, Double> costs(Graph graph) {
        return Map.of("macs", new Macs().cost(graph), "params", new Params().cost(graph));
    }

    /** What is compared with the reference interpreter. */
    List<Backend> engines() {
        return List.of(new TorchEngine(1), new OnnxEngine());
    }

    /** The gradients of the loss of the full network. */
    Map<String, Tensor> gradients(RandomNetwork network) {
        return SubmodelGradients.of(network.net(), network.net().axes().full(), network.masters().tensors(), network.images(), LossSlope.labels(network));
    }

    /** The graph of a submodel. */
    Graph compile(RandomNetwork network, SubmodelSpec selection) {
        return network.net().compile(selection);
    }

    /** The masters with their terms in another order. */
    Map<String, Tensor> ranked(RandomNetwork network) {
        return Ranking.byNorm(network.net(), network.masters().tensors());
    }

    /** What is extracted of a submodel. */
    Model extract(Model model) {
        return SubmodelExtractor.extract(model);
    }
}
