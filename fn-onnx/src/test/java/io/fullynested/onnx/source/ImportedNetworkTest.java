package io.fullynested.onnx.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.graph.IndexRanges;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.NestingLevel;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.interpreter.EjmlInterpreter;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.Parameters;
import io.fullynested.core.model.Ranking;
import io.fullynested.core.model.SubmodelExtractor;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.quantize.MidRise;
import io.fullynested.core.spec.NestingOptions;
import io.fullynested.core.spec.NestingOptions.Granularity;
import io.fullynested.core.spec.NestingOptions.Level;
import io.fullynested.core.spec.QuantizationOptions;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.onnx.Format;
import io.fullynested.onnx.OnnxExporter;
import io.fullynested.onnx.OnnxSession;
import io.fullynested.onnx.Provenance;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks that examples/import/make_models.py made with PyTorch. */
class ImportedNetworkTest {

    private static final Level HALVES = new Level(List.of(.5, 1.), 1, Granularity.LAYER);
    private static final NestingOptions NESTING = new NestingOptions(HALVES, HALVES, HALVES, new Level(List.of(), 1, Granularity.LAYER));
    private static final QuantizationOptions FLOAT = new QuantizationOptions(Optional.empty(), Optional.empty(), new MidRise(2));
    private static final Provenance NOWHERE = new Provenance("", "", new SubmodelSpec(Map.of()), Map.of(), Map.of(), List.of());

    private static Tensor images(ImportedNetwork source, int count) {
        Random random = new Random(3);
        Shape shape = source.input().shape();
        Tensor images = Tensor.zeros(count, shape.channels(), shape.height(), shape.width());
        for (int i = 0; i < images.data().length; i++) {
            images.data()[i] = random.nextFloat();
        }
        return images;
    }

    /** The largest difference, relative to the range of the expected numbers. */
    private static double difference(Tensor expected, Tensor found) {
        assertThat(found.shape()).isEqualTo(expected.shape());
        double least = Double.POSITIVE_INFINITY;
        double greatest = Double.NEGATIVE_INFINITY;
        double difference = 0;
        for (int i = 0; i < expected.data().length; i++) {
            least = Math.min(least, expected.data()[i]);
            greatest = Math.max(greatest, expected.data()[i]);
            difference = Math.max(difference, Math.abs(expected.data()[i] - found.data()[i]));
        }
        return difference / (greatest - least);
    }

    /** They are exact, and submodels have statistics to follow. */
    @ParameterizedTest
    @ValueSource(strings = {"plain-narrow-folded", "resnet18-narrow-folded", "mobilenet_v3-narrow-folded", "squeezenet-narrow"})
    void foldedBatchNormsAreBack(String name) throws IOException {
        Path file = Path.of("src/test/resources/source", name + ".onnx");
        ImportedNetwork folded = ImportedNetwork.read(file, Optional.empty(), Optional::empty);
        ImportedNetwork source = ImportedNetwork.read(file, Optional.empty(), () -> Optional.of(images(folded, 8)));
        assertThat(source.statistics()).hasSizeGreaterThan(folded.statistics().size());
        Supernet net = new Supernet(source.spec(NESTING, FLOAT));
        net.requireMasters(source.masters());
        Map<String, Tensor> all = new TreeMap<>(source.masters());
        all.putAll(source.running());
        Model full = new Model(net.compile(net.axes().full()), new Parameters(all, new MidRise(2)));
        Tensor images = images(source, 8);
        try (OnnxSession session = OnnxSession.open(file, true, 1)) {
            Tensor expected = session.run(images);
            EjmlInterpreter engine = new EjmlInterpreter();
            assertThat(difference(expected, engine.run(full, images))).isLessThan(1e-4);
            assertThat(difference(expected, engine.runAsInTraining(full, images))).as("on the images they are from").isLessThan(1e-4);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain-narrow", "plain-narrow-folded", "resnet18-narrow", "resnet18-narrow-folded", "mobilenet_v3-narrow",
            "mobilenet_v3-narrow-folded", "mobilenet_v3-narrow.dynamo", "densenet-narrow", "densenet-narrow.dynamo", "squeezenet-narrow",
            "squeezenet-narrow.dynamo", "convnext-linear-narrow-folded", "convnext-narrow.dynamo",
            "vit-narrow-folded", "vit-narrow.dynamo", "vit_torchvision-narrow", "deit-narrow.dynamo"})
    void theFullNetworkIsTheSourceAndItsSubmodelsExport(String name) throws IOException {
        Path file = Path.of("src/test/resources/source", name + ".onnx");
        ImportedNetwork source = ImportedNetwork.read(file, Optional.empty(), Optional::empty);
        Supernet net = new Supernet(source.spec(NESTING, FLOAT));
        net.requireMasters(source.masters());
        Tensor images = images(source, 4);
        Tensor expected;
        try (OnnxSession session = OnnxSession.open(file, true, 1)) {
            // one by one, as a file may be of one sample
            List<IndexRanges> whole = Arrays.stream(images.shape()).mapToObj(IndexRanges::prefix).collect(Collectors.toList());
            expected = Tensor.concat(IntStream.range(0, 4).mapToObj(i -> {
                whole.set(0, IndexRanges.of(i, i + 1));
                return session.run(images.slice(whole));
            }).toList());
        }
        Map<String, Tensor> all = new TreeMap<>(source.masters());
        all.putAll(source.running());
        Map<String, Tensor> ranked = Ranking.byNorm(net, all);
        EjmlInterpreter engine = new EjmlInterpreter();
        for (Map<String, Tensor> tensors : List.of(all, ranked)) {
            Model full = new Model(net.compile(net.axes().full()), new Parameters(tensors, new MidRise(2)));
            assertThat(difference(expected, engine.run(full, images))).isLessThan(1e-4);
        }
        submodelsExport(net, ranked, images, 3);
    }

    /** What a transformer has: heads, their widths, what is between two layers, residual units, and the stream that they share. */
    @ParameterizedTest
    @ValueSource(strings = {"vit-narrow-folded", "vit-narrow.dynamo"})
    void headsAreAxes(String name) throws IOException {
        ImportedNetwork source = ImportedNetwork.read(Path.of("src/test/resources/source", name + ".onnx"), Optional.empty(), Optional::empty);
        Supernet net = new Supernet(source.spec(NESTING, FLOAT));
        List<String> axes = net.axes().axes().stream().map(axis -> axis.level() + " " + axis.id() + " " + axis.size()).toList();
        assertThat(axes).containsExactly("LAYERS net.patch_embed.proj.layers 5", "CHANNELS net.patch_embed.proj 24",
                "PATHS net.blocks.0.attn.qkv.heads 3", "CHANNELS net.blocks.0.attn.qkv.queries 8", "CHANNELS net.blocks.0.attn.qkv.values 8",
                "CHANNELS net.blocks.0.mlp.fc1 96", "PATHS net.blocks.1.attn.qkv.heads 3", "CHANNELS net.blocks.1.attn.qkv.queries 8",
                "CHANNELS net.blocks.1.attn.qkv.values 8", "CHANNELS net.blocks.1.mlp.fc1 96");
    }

    @Test
    void noBatchNormIsPutBesideLayerNorms() throws IOException {
        Path file = Path.of("src/test/resources/source/convnext-linear-narrow-folded.onnx");
        ImportedNetwork bare = ImportedNetwork.read(file, Optional.empty(), Optional::empty);
        assertThat(ImportedNetwork.read(file, Optional.empty(), () -> Optional.of(images(bare, 4))).statistics()).isEmpty();
    }

    @Test
    void twentySubmodelsExport() throws IOException {
        Path file = Path.of("src/test/resources/source/mobilenet_v3-narrow-folded.onnx");
        ImportedNetwork folded = ImportedNetwork.read(file, Optional.empty(), Optional::empty);
        Tensor images = images(folded, 4);
        ImportedNetwork source = ImportedNetwork.read(file, Optional.empty(), () -> Optional.of(images));
        Supernet net = new Supernet(source.spec(NESTING, FLOAT));
        submodelsExport(net, Ranking.byNorm(net, source.masters()), images, 20);
    }

    private static void submodelsExport(Supernet net, Map<String, Tensor> masters, Tensor images, int count) {
        EjmlInterpreter engine = new EjmlInterpreter();
        Random random = new Random(5);
        for (int i = 0; i < count; i++) {
            SubmodelSpec spec = net.axes().select(axis -> any(axis, random));
            Model model = new Model(net.compile(spec), new Parameters(masters, new MidRise(2)));
            Model extracted = SubmodelExtractor.extract(model.with(engine.recalibrate(model, images)));
            Tensor own = engine.run(extracted, images);
            try (OnnxSession session = OnnxSession.open(new OnnxExporter(Format.FLOAT32).export(extracted, NOWHERE).bytes(), true, 1)) {
                assertThat(difference(own, session.run(images))).as("%s", spec).isLessThan(1e-4);
            }
        }
    }

    /** Or its signals would have the clips of others. */
    @Test
    void namesDoNotDependOnWhatIsLeftOut() throws IOException {
        ImportedNetwork source = ImportedNetwork.read(Path.of("src/test/resources/source/resnet18-narrow.onnx"), Optional.empty(), Optional::empty);
        Supernet net = new Supernet(source.spec(NESTING, FLOAT));
        Set<String> all = names(net, net.axes().full());
        for (NestedAxis axis : net.axes().axes()) {
            Set<String> some = names(net, net.axes().full().with(axis.id(), axis.smallest()));
            assertThat(all).as(axis.id()).containsAll(some);
            assertThat(some.size() < all.size()).isEqualTo(axis.level() == NestingLevel.LAYERS);
        }
    }

    private static Set<String> names(Supernet net, SubmodelSpec spec) {
        return net.compile(spec).nodes().stream().map(node -> node.name() + " " + node.operator().getClass().getSimpleName()).collect(Collectors.toSet());
    }

    private static int any(NestedAxis axis, Random random) {
        return axis.keeps().get(random.nextInt(axis.keeps().size()));
    }
}
