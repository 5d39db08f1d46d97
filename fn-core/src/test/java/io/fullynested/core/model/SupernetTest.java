package io.fullynested.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fullynested.api.graph.BatchNorm;
import io.fullynested.api.graph.Convolution;
import io.fullynested.api.graph.Dense;
import io.fullynested.api.graph.FakeQuantize;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.IndexRanges;
import io.fullynested.api.graph.Node;
import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.block.Classifier;
import io.fullynested.core.block.ConvBlock;
import io.fullynested.core.block.DenseBlock;
import io.fullynested.core.block.Nonlinearity;
import io.fullynested.core.block.ResidualStage;
import io.fullynested.core.quantize.MidRise;
import io.fullynested.core.spec.NestingOptions;
import io.fullynested.core.spec.NestingOptions.Granularity;
import io.fullynested.core.spec.NetworkSpec;
import io.fullynested.core.spec.QuantizationOptions;
import io.fullynested.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SupernetTest {

    private static final ConvBlock STEM = new ConvBlock(8, 3, 2, 1, Nonlinearity.RELU);
    private static final ResidualStage STAGE = new ResidualStage(16, 3, 4, 2, 3, 2);
    private static final DenseBlock DENSE = new DenseBlock(12, Nonlinearity.RELU);
    private static final Classifier CLASSIFIER = new Classifier(5);

    private final Supernet net = new Supernet(Nets.net(Nets.QUARTERS, Nets.quantized(Granularity.NETWORK), STEM, STAGE, DENSE, CLASSIFIER));

    @Test
    void discoversTheAxesOfAllLevelsInTheOrderOfTheNetwork() {
        assertThat(net.axes().axes()).extracting(NestedAxis::id).containsExactly("block1.channels", "weights.bits",
                "block2.channels", "block2.layers", "block2.unit1.paths", "block2.unit1.width", "activations.bits", "block2.unit2.paths", "block2.unit2.width",
                "block2.unit3.paths", "block2.unit3.width", "block3.neurons");
        assertThat(net.axes().axis("block1.channels").keeps()).containsExactly(2, 4, 6, 8);
        assertThat(net.axes().axis("block2.unit1.paths").keeps()).containsExactly(1, 2, 3, 4);
        assertThat(net.axes().axis("weights.bits").keeps()).containsExactly(2, 3, 4, 6, 8);
        assertThat(net.output().channels()).isEqualTo(5);
    }

    @Test
    void submodelsThatSeveralSelectionsGiveCountOnce() {
        for (Granularity per : Granularity.values()) {
            Supernet halves = new Supernet(Nets.net(Nets.nesting(List.of(.5, 1.), 1, per), Nets.FLOAT, STEM, new ResidualStage(8, 3, 2, 2, 3, 2),
                    new ResidualStage(8, 2, 2, 2, 3, 1), CLASSIFIER));
            assertThat(halves.submodels()).as("%s", per).isEqualTo(halves.axes().stream().map(halves::canonical).distinct().count());
            // the paths and widths of layers that are gone
            assertThat(halves.submodels() < halves.axes().submodels()).isEqualTo(per == Granularity.LAYER);
        }
    }

    @Test
    void ofAllSelectionsOfASubmodelOneIsCanonical() {
        SubmodelSpec some = net.axes().smallest().with("block2.layers", 2);
        SubmodelSpec canonical = net.canonical(some);
        assertThat(canonical).isEqualTo(some.with("block2.unit3.paths", 4).with("block2.unit3.width",
                net.axes().axis("block2.unit3.width").size()));
        assertThat(net.canonical(some.with("block2.unit3.paths", 2))).isEqualTo(canonical);
        assertThat(net.compile(canonical)).isEqualTo(net.compile(some));
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 100; i++) {
            SubmodelSpec selection = net.axes().select(axis -> axis.keeps().get(random.nextInt(axis.keeps().size())));
            assertThat(net.compile(net.canonical(selection))).isEqualTo(net.compile(selection));
            assertThat(net.canonical(net.canonical(selection))).isEqualTo(net.canonical(selection));
        }
        assertThat(net.alone(some).canonical(net.alone(some).axes().full())).isEqualTo(net.alone(some).axes().full());
    }

    @Test
    void whatIsSwitchedHasAMasterForEveryWidthAndNumberOfBits() {
        NetworkSpec shared = net.spec();
        NestingOptions widths = new NestingOptions(shared.nesting().channels(), shared.nesting().neurons(), shared.nesting().paths(),
                shared.nesting().layers(), true);
        QuantizationOptions bits = new QuantizationOptions(shared.quantization().weights(), shared.quantization().activations(),
                shared.quantization().quantizer(), true, true);
        Supernet switched = new Supernet(shared.with(shared.blocks(), widths, bits));
        assertThat(switched.axes()).isEqualTo(net.axes());
        Map<String, MasterParameter> masters = switched.masters().stream().collect(Collectors.toMap(MasterParameter::name, Function.identity()));
        assertThat(masters).containsKeys("block1/norm/gamma@2@w2", "block1/norm/beta@8@w8", "block1/relu/clip@a3", "block1/conv/weight");
        assertThat(masters.get("block1/norm/gamma@2@w2").shape()).containsExactly(8);
        // 3 of 4 paths of 1 of 2 channels at 3 bits: three axes at once
        assertThat(masters).containsKey("block2/unit1/open-norm/gamma@3@w3");
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 300; i++) {
            SubmodelSpec selection = switched.axes().select(axis -> axis.keeps().get(random.nextInt(axis.keeps().size())));
            for (MasterParameter used : switched.alone(selection).masters()) {
                assertThat(masters).containsKey(used.name());
            }
            assertThat(switched.alone(selection).masters()).as("%s", selection).hasSameSizeAs(net.alone(selection).masters());
        }
    }

    @Test
    void aSubmodelAloneHasItsShapesAndNothingElse() {
        SubmodelSpec selection = net.axes().complete(SubmodelSpec.parse(
                "block1.channels=4,block2.layers=1,block2.channels=8,block2.unit1.paths=3,block2.unit1.width=1,weights.bits=3"));
        Graph part = net.compile(selection);
        Supernet alone = net.alone(selection);
        Graph graph = alone.compile(alone.axes().full());

        assertThat(alone.axes().axes()).isEmpty();
        assertThat(graph.nodes()).extracting(Node::name).isEqualTo(part.nodes().stream().map(Node::name).toList());
        assertThat(graph.nodes()).extracting(Node::shape).isEqualTo(part.nodes().stream().map(Node::shape).toList());
        Convolution stem = (Convolution) graph.nodes().stream()
                .filter(node -> node.name().equals("block1/conv")).findFirst().orElseThrow().operator();
        assertThat(stem.weight().bits()).isEqualTo(3);
        MasterParameter open = master(alone, "block2/unit1/open");
        assertThat(open.shape()).containsExactly(3, 4, 1, 1);
        // half the inputs, so the weights start √2 as large
        assertThat(open.initial()).isCloseTo(master(net, "block2/unit1/open").initial() * Math.sqrt(2), within(1e-9));
        assertThat(alone.masters()).extracting(MasterParameter::name).noneMatch(name -> name.startsWith("block2/unit2"));
    }

    /** A source that stays as it is brings them; prefixes would have others. */
    @Test
    void statisticsOfBatchNormsComeWithANetworkWithoutAxesOnly() {
        Supernet whole = new Supernet(Nets.net(Nets.nesting(List.of(1.), 1, Granularity.LAYER), Nets.FLOAT, STEM, CLASSIFIER));
        assertThat(whole.axes().axes()).isEmpty();
        Map<String, Tensor> tensors = new TreeMap<>();
        whole.masters().forEach(master -> tensors.put(master.name(), Tensor.zeros(master.shape())));
        Model model = new Model(whole.compile(whole.axes().full()), new Parameters(tensors, new MidRise(2)));
        assertThat(model.recalibrated()).isFalse();
        BatchNorm norm = model.graph().nodes().stream().map(Node::operator).filter(BatchNorm.class::isInstance).map(BatchNorm.class::cast).findFirst().orElseThrow();
        tensors.put(norm.mean().parameter(), Tensor.zeros(8));
        assertThatThrownBy(() -> whole.requireMasters(tensors)).hasMessageContaining(norm.variance().parameter() + " should be [8], found nothing");
        tensors.put(norm.variance().parameter(), Tensor.zeros(8));
        whole.requireMasters(tensors);
        assertThat(new Model(model.graph(), new Parameters(tensors, new MidRise(2))).recalibrated()).isTrue();
        Supernet halves = new Supernet(Nets.net(Nets.nesting(List.of(.5, 1.), 1, Granularity.LAYER), Nets.FLOAT, STEM, CLASSIFIER));
        assertThatThrownBy(() -> halves.requireMasters(tensors)).hasMessageContaining("tensors, ").hasMessageContaining("are expected");
    }

    private static MasterParameter master(Supernet net, String node) {
        return net.masters().stream().filter(m -> m.name().startsWith(node) && m.role() == MasterParameter.Role.WEIGHT).findFirst().orElseThrow();
    }

    @Test
    void compilesPrefixSlicesOfWhatASelectionKeeps() {
        SubmodelSpec selection = net.axes().complete(SubmodelSpec.parse(
                "block1.channels=4,block2.layers=1,block2.channels=8,block2.unit1.paths=3,block2.unit1.width=1,weights.bits=3"));
        Graph graph = net.compile(selection);

        assertThat(graph.nodes()).extracting(Node::name).noneMatch(name -> name.startsWith("block2/unit2"));
        Convolution inner = convolution(graph, "block2/unit1/inner");
        assertThat(inner.groups()).isEqualTo(3);
        assertThat(inner.weight().bits()).isEqualTo(3);
        assertThat(inner.weight().slice().ranges()).containsExactly(new IndexRanges(List.of(new IndexRanges.Range(0, 1),
                new IndexRanges.Range(2, 3), new IndexRanges.Range(4, 5))), IndexRanges.prefix(1), IndexRanges.prefix(3), IndexRanges.prefix(3));
        Convolution close = convolution(graph, "block2/unit1/close");
        assertThat(close.weight().slice().ranges().get(0)).isEqualTo(IndexRanges.prefix(8));
        assertThat(close.weight().slice().ranges().get(1).indices()).containsExactly(0, 2, 4);
    }

    @Test
    void flattensChannelsIntoTheFeaturesTheyCarry() {
        Graph graph = net.compile(net.axes().complete(SubmodelSpec.parse("block2.channels=4")));
        Dense dense = (Dense) node(graph, "block3/dense").operator();
        assertThat(dense.weight().slice().ranges().get(1)).isEqualTo(IndexRanges.prefix(4 * 3 * 3));
        assertThat(node(graph, "block3/flatten").shape().channels()).isEqualTo(36);
    }

    @Test
    void quantisesWhereARuntimeFuses() {
        Graph graph = net.compile(net.axes().full());
        assertThat(graph.nodes()).extracting(Node::name).containsSubsequence("input/normalize", "input/normalize/quantize", "block1/conv",
                "block1/norm", "block1/relu", "block1/relu/quantize", "block2/unit1/open");
        assertThat(node(graph, "block2/unit1/close-norm/quantize").operator()).isInstanceOfSatisfying(FakeQuantize.class,
                quantize -> assertThat(quantize.signed()).isTrue());
        assertThat(node(graph, "block2/unit1/relu3/quantize").operator()).isInstanceOfSatisfying(FakeQuantize.class,
                quantize -> assertThat(quantize.signed()).isFalse());
        assertThat(graph.output().name()).isEqualTo("block4/logits");
    }

    @Test
    void theImageAndTheTermsOfSumsKeepEightBits() {
        Graph graph = net.compile(net.axes().complete(SubmodelSpec.parse("activations.bits=3")));
        Map<String, Integer> bits = graph.nodes().stream().filter(node -> node.operator() instanceof FakeQuantize)
                .collect(Collectors.toMap(Node::name, node -> ((FakeQuantize) node.operator()).bits()));
        assertThat(bits).containsEntry("input/normalize/quantize", 8).containsEntry("block2/unit1/close-norm/quantize", 8)
                .containsEntry("block2/unit1/shortcut-norm/quantize", 8).containsEntry("block2/unit2/close-norm/quantize", 8)
                .containsEntry("block1/relu/quantize", 3).containsEntry("block2/unit1/relu2/quantize", 3)
                // a sum takes it too, but after a convolution
                .containsEntry("block2/unit1/relu3/quantize", 3);
    }

    @Test
    void aSignalOfMoreBitsIsClippedHigherByTheSameNumber() {
        Graph whole = net.compile(net.axes().full());
        Graph cut = net.compile(net.axes().complete(SubmodelSpec.parse("activations.bits=3")));
        FakeQuantize eight = (FakeQuantize) node(whole, "block1/relu/quantize").operator();
        FakeQuantize three = (FakeQuantize) node(cut, "block1/relu/quantize").operator();
        assertThat(eight.clip()).isEqualTo(three.clip());
        assertThat(eight.greatest(6)).isEqualTo(12);
        assertThat(three.greatest(6)).isEqualTo(7);
        assertThat(((FakeQuantize) node(GraphPasses.clipped(whole), "block1/relu/quantize").operator()).greatest(6)).isEqualTo(12);
    }

    @Test
    void axesOfTheWholeNetworkGiveEveryLayerTheSameShare() {
        Supernet shared = new Supernet(Nets.net(Nets.nesting(List.of(.25, .5, .75, 1.), 1, Granularity.NETWORK), Nets.quantized(Granularity.LAYER),
                STEM, STAGE, DENSE, CLASSIFIER));
        assertThat(shared.axes().axes()).extracting(NestedAxis::id).contains("channels", "paths", "layers", "neurons", "block1.conv.weights.bits");
        Graph graph = shared.compile(shared.axes().complete(SubmodelSpec.parse("channels=4")));
        assertThat(node(graph, "block1/conv").shape().channels()).isEqualTo(4);
        assertThat(node(graph, "block2/unit1/close").shape().channels()).isEqualTo(8);
        assertThat(node(graph, "block2/unit1/open").shape().channels()).isEqualTo(4);
    }

    @Test
    void keepsAreMultiples() {
        Supernet stepped = new Supernet(Nets.net(Nets.nesting(List.of(.1, .5, 1.), 4, Granularity.LAYER), Nets.FLOAT, STEM, STAGE, CLASSIFIER));
        assertThat(stepped.axes().axis("block2.channels").keeps()).containsExactly(4, 8, 16);
        assertThat(stepped.axes().axis("block1.channels").keeps()).containsExactly(4, 8);
    }

    @Test
    void theSignalAfterAFloatStageIsQuantisedUnderOneNameWhicheverLayerIsItsLast() {
        NetworkSpec spec = Nets.net(Nets.QUARTERS, Nets.quantized(Granularity.LAYER), STEM, STAGE, DENSE, CLASSIFIER);
        List<NetworkSpec.Block> blocks = new ArrayList<>(spec.blocks());
        blocks.set(1, new NetworkSpec.Block("block2", STAGE, false, Optional.empty()));
        Supernet partly = new Supernet(spec.with(blocks, spec.nesting(), spec.quantization()));
        Graph graph = partly.compile(partly.axes().complete(SubmodelSpec.parse("block2.layers=1,block2.units.activations.bits=3")));
        FakeQuantize quantize = (FakeQuantize) node(graph, "block2/units/quantize").operator();
        assertThat(quantize.bits()).isEqualTo(3);
        assertThat(partly.masters()).extracting(MasterParameter::name).contains(quantize.clip().parameter());
    }

    @Test
    void saysWhichBlockCannotTakeItsInput() {
        assertThatThrownBy(() -> new Supernet(Nets.net(Nets.QUARTERS, Nets.FLOAT, STEM, DENSE, STAGE, CLASSIFIER)))
                .isInstanceOf(IllegalBlockException.class)
                .hasMessageContaining("block 'block3' with input 12").hasMessageContaining("takes an image, not 12 features");
        assertThatThrownBy(() -> new Supernet(Nets.net(Nets.QUARTERS, Nets.FLOAT, STEM)))
                .hasMessageContaining("not in logits").hasMessageContaining("Maybe add a classifier");
    }

    @Test
    void refusesKeepsThatABlockCannotBuild() {
        ConvBlock grouped = new ConvBlock(8, 3, 1, 2, Nonlinearity.RELU);
        assertThatThrownBy(() -> new Supernet(Nets.net(Nets.QUARTERS, Nets.FLOAT, STEM, grouped, CLASSIFIER)))
                .isInstanceOf(IllegalBlockException.class).hasMessageContaining("block 'block2'")
                .hasMessageContaining("(when axis 'block1.channels' keeps 6 of 8)").hasMessageContaining("Maybe");
        new Supernet(Nets.net(Nets.nesting(List.of(.5, 1.), 4, Granularity.LAYER), Nets.FLOAT, STEM, grouped, CLASSIFIER));
    }

    @Test
    void compilesInWellUnderAMillisecond() {
        for (int i = 0; i < 2_000; i++) {
            net.compile(net.axes().full());
        }
        long best = Long.MAX_VALUE;
        for (int i = 0; i < 200; i++) {
            long start = System.nanoTime();
            net.compile(net.axes().full());
            best = Math.min(best, System.nanoTime() - start);
        }
        assertThat(best).as("nanoseconds").isLessThan(1_000_000);
    }

    private static Node node(Graph graph, String name) {
        return graph.nodes().stream().filter(node -> node.name().equals(name)).findFirst().orElseThrow();
    }

    private static Convolution convolution(Graph graph, String name) {
        return (Convolution) node(graph, name).operator();
    }
}
