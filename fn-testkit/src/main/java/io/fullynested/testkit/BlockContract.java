package io.fullynested.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.fullynested.api.block.NestableBlock;
import io.fullynested.api.cost.CostModel;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.engine.Backend;
import io.fullynested.core.interpreter.EjmlInterpreter;
import io.fullynested.core.model.GraphPasses;
import io.fullynested.core.model.IntegerBias;
import io.fullynested.core.model.MasterParameter;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.SubmodelExtractor;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.hardware.Bops;
import io.fullynested.hardware.CodeSize;
import io.fullynested.hardware.Macs;
import io.fullynested.hardware.Params;
import io.fullynested.onnx.Format;
import io.fullynested.onnx.OnnxExporter;
import io.fullynested.onnx.OnnxVerifier;
import io.fullynested.onnx.Parity;
import io.fullynested.onnx.Provenance;
import io.fullynested.testkit.RandomNetworks.Codes;
import io.fullynested.training.SubmodelGradients;
import io.fullynested.training.TorchEngine;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What every {@link NestableBlock} promises. Extend it in the tests of a plugin, and say which block is meant and what it takes; the
 * checks put the block into small random networks, quantised or not, of random nesting, weights and selections.
 */
public abstract class BlockContract {

    private static final int SEEDS = 6;
    private static final List<CostModel> COSTS = List.of(new Macs(), new Params(), new CodeSize(), new Bops());
    private static final Provenance NOWHERE = new Provenance("1", "contract", new SubmodelSpec(Map.of()), Map.of(), Map.of(), List.of());

    /** The block under test. */
    protected abstract NestableBlock block();

    /** Shapes of signals that it takes, small ones: some 10 channels of 10×10 pixels. */
    protected abstract List<Shape> inputs();

    /** Whether the signals may be nested too, any leading channels of them kept; false for one that works in groups of its input. */
    protected boolean takesNestedInputs() {
        return true;
    }

    /** It builds with each keep of each axis, and says the same each time it is asked. */
    @Test
    public final void buildsForEveryKeepOfEveryAxis() {
        for (Shape input : inputs()) {
            for (int seed = 1; seed <= SEEDS; seed++) {
                RandomNetwork network;
                try {
                    network = network(input, seed, codes(seed));
                    for (int i = 0; i < 10; i++) {
                        SubmodelSpec selection = network.selection();
                        Graph graph = network.net().compile(selection);
                        assertThat(network.net().compile(selection)).as("%s of %s, built once more", selection, network).isEqualTo(graph);
                    }
                } catch (RuntimeException e) {
                    fail(block() + " on " + input + " does not build: " + e.getMessage(), e);
                }
            }
        }
    }

    /** Each of its axes takes something away from the network when it keeps less. */
    @Test
    public final void everyAxisShortensTheNetwork() {
        forAll(network -> {
            SubmodelSpec full = network.net().axes().full();
            Graph whole = network.net().compile(full);
            for (NestedAxis axis : network.net().axes().axes()) {
                assertThat(network.net().compile(full.with(axis.id(), axis.smallest())))
                        .as("graph when %s keeps %d, of %s", axis.id(), axis.smallest(), network).isNotEqualTo(whole);
            }
        });
    }

    /** What a submodel uses, a larger one uses too; and it computes what the whole computes with the rest set to zero. */
    @Test
    public final void aSubmodelIsThePrefixOfTheSupernet() {
        forAll(network -> {
            SubmodelSpec large = network.selection();
            SubmodelSpec small = network.net().axes().select(axis -> Math.min(large.keep(axis.id()), network.keep(axis)));
            Masking.checkContained(network, small, large);
            for (int i = 0; i < 3; i++) {
                SubmodelSpec selection = Masking.selection(network, i);
                Tensor expected = Masking.run(Masking.masked(network, selection), network.images());
                Tensor actual = Masking.run(network.submodel(selection).with(Masking.equalClips(network)), network.images());
                assertThat(Differences.relative(actual, expected)).as("%s of %s against the masked supernet", selection, network).isZero();
            }
        });
    }

    /** LibTorch, which trains it, and the reference interpreter agree on each operator. */
    @Test
    public final void enginesAgreeOnEveryOperator() {
        OperatorParity parity = new OperatorParity(engine());
        forAll(network -> {
            Model model = network.recalibrated(network.selection());
            parity.checkOperators(model, network.images(), network);
            parity.checkCodes(model, network.images(), network);
        });
        assertThat(parity.neighbours()).as("codes that differ, of %d", parity.codes()).isLessThanOrEqualTo(2 + parity.codes() / 1000);
    }

    /** onnxruntime computes what the reference interpreter computes, in each format that can be exported to. */
    @Test
    public final void onnxruntimeAgreesAfterExport() {
        forAll(network -> {
            Model model = IntegerBias.round(SubmodelExtractor.extract(network.recalibrated(network.selection())));
            Model floats = new Model(GraphPasses.clipped(model.graph()), model.parameters());
            Format.fitting(model.graph()).forEach(format -> checkExport(network, format.coded() ? model : floats, format));
        });
    }

    private void checkExport(RandomNetwork network, Model model, Format format) {
        try (EjmlInterpreter interpreter = new EjmlInterpreter()) {
            Tensor expected = interpreter.run(model, network.images());
            Parity parity = new OnnxVerifier(1).compare(export(model, format), network.images(), expected).worst();
            // random weights, unlike trained ones, may give logits of any size
            double unit = Math.max(1, Differences.magnitude(expected));
            Parity scaled = new Parity(parity.answers(), parity.maxAbsDiff() / unit, parity.medianAbsDiff() / unit, parity.flips());
            assertThat(format.accepts(scaled)).as("%s, in %s of %s", scaled, format, network).isTrue();
        }
    }

    /** Each tensor of weights that it declares learns. */
    @Test
    public final void gradientsReachEveryMaster() {
        for (Shape input : inputs()) {
            TreeSet<String> trained = new TreeSet<>();
            TreeSet<String> reached = new TreeSet<>();
            for (int seed = 1; seed <= SEEDS; seed++) {
                RandomNetwork network = network(input, seed, codes(seed));
                network.net().masters().stream().filter(master -> master.role().trained()).map(MasterParameter::name).forEach(trained::add);
                gradients(network).forEach((name, gradient) -> {
                    assertThat(Differences.magnitude(gradient)).as("gradient of %s in %s", name, network).isFinite();
                    if (Differences.magnitude(gradient) > 0) {
                        reached.add(name);
                    }
                });
            }
            assertThat(reached).as("tensors that a gradient reaches, %s on %s", block(), input).isEqualTo(trained);
        }
    }

    private static Map<String, Tensor> gradients(RandomNetwork network) {
        int classes = network.net().output().channels();
        int[] labels = IntStream.range(0, network.images().shape()[0]).map(i -> i % classes).toArray();
        return SubmodelGradients.of(network.net(), network.net().axes().full(), network.masters().tensors(), network.images(), labels);
    }

    /** MACs, parameters, bytes and bit operations never grow when an axis keeps less. */
    @Test
    public final void costsShrinkWithEveryAxis() {
        forAll(network -> COSTS.forEach(model -> CostChecks.monotone(model, network)));
    }

    private void forAll(Consumer<RandomNetwork> check) {
        for (Shape input : inputs()) {
            for (int seed = 1; seed <= SEEDS; seed++) {
                check.accept(network(input, seed, codes(seed)));
            }
        }
    }

    private RandomNetwork network(Shape input, int seed, Codes codes) {
        return RandomNetworks.around(seed, codes, block(), input, takesNestedInputs());
    }

    private static Codes codes(int seed) {
        return Codes.values()[seed % Codes.values().length];
    }

    /** What is compared with the reference interpreter. */
    Backend engine() {
        return new TorchEngine(1);
    }

    /** What is run by onnxruntime. */
    byte[] export(Model model, Format format) {
        return new OnnxExporter(format).export(model, NOWHERE).bytes();
    }
}
