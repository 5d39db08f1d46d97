package io.fullynested.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import io.fullynested.api.block.NestableBlock;
import io.fullynested.api.data.Dataset;
import io.fullynested.api.graph.Activation;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.graph.Window;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.block.Classifier;
import io.fullynested.core.block.ConvBlock;
import io.fullynested.core.block.DenseBlock;
import io.fullynested.core.block.Nonlinearity;
import io.fullynested.core.block.ResidualStage;
import io.fullynested.core.model.GraphPasses;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.task.Scorer;
import io.fullynested.core.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole networks, from a description to onnxruntime. */
class OnnxExporterTest {

    private static final Provenance PROVENANCE = new Provenance("1.2.3", "nets/tiny", SubmodelSpec.parse("stage.layers=1,weights.bits=3"),
            Map.of("macs", 59004.0, "size", 12.5), Map.of("test", 0.875), List.of("shirt", "bag, or purse"));
    private static final NestableBlock[] BLOCKS = {
        new ConvBlock(8, 3, 1, 1, Nonlinearity.RELU),
        new ResidualStage(16, 2, 4, 2, 3, 2),
        (x, b) -> b.maxPool(x, new Window(2, 2, 0, 1)),
        (x, b) -> b.globalAveragePool(x),
        new DenseBlock(12, Nonlinearity.RELU),
        new Classifier(5)};
    private static final Supernet QUANTIZED = RandomModels.supernet(true, true, BLOCKS);

    @TempDir
    private Path folder;

    private static Model floats(Model model) {
        return new Model(GraphPasses.clipped(model.graph()), model.parameters());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"''", "weights.bits=2|", "block2.layers=1,block1.channels=4,block2.unit1.paths=2"})
    void floatFilesComputeWhatTheEngineComputes(String selection) {
        for (boolean weights : new boolean[] {true, false}) {
            Supernet net = RandomModels.supernet(weights, false, BLOCKS);
            Model model = RandomModels.extract(net, weights || !selection.contains("bits") ? selection : "", 5);
            Tensor images = RandomModels.images(100, 9);
            OnnxFile file = new OnnxExporter(Format.FLOAT32).export(model, PROVENANCE);
            Parity parity = new OnnxVerifier(2).compare(file.bytes(), images, RandomModels.logits(model, images)).worst();
            assertThat(parity.maxAbsDiff()).isLessThan(1e-4);
            assertThat(Format.FLOAT32.accepts(parity)).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"''|1", "activations.bits=4|2", "weights.bits=6|3", "weights.bits=4,activations.bits=4|4",
        "weights.bits=3,activations.bits=6|5", "weights.bits=2,activations.bits=4,block2.layers=1|6",
        "weights.bits=2,activations.bits=2,block2.channels=8,block2.unit2.paths=2,block3.neurons=6|7"})
    void quantizedFilesComputeWhatTheEngineComputes(String selection, long seed) throws Exception {
        Model model = RandomModels.extract(QUANTIZED, selection.replace("block3.neurons", "block5.neurons"), seed);
        Tensor images = RandomModels.images(400, 9);
        Tensor expected = RandomModels.logits(model, images);
        for (Format format : Format.fitting(model.graph()).stream().filter(Format::coded).toList()) {
            OnnxFile file = new OnnxExporter(format).export(model, PROVENANCE);
            OnnxVerifier.Verification verification = new OnnxVerifier(2).compare(file.bytes(), images, expected);
            assertThat(format.accepts(verification.worst())).as(verification.toString()).isTrue();

            // every layer in integers, but for the normalisation of the input
            Map<String, Long> operators = OptimizedGraph.operators(file.bytes(), folder);
            boolean oneLayer = selection.contains("layers=1");
            assertThat(operators).containsEntry("QLinearConv", oneLayer ? 5L : 8L).containsEntry("QLinearAdd", oneLayer ? 1L : 2L)
                    .containsEntry("QGemm", 2L).containsEntry("QLinearGlobalAveragePool", 1L).containsEntry("MaxPool", 1L)
                    .containsEntry("QuantizeLinear", 1L).containsEntry("Sub", 1L).containsEntry("Div", 1L)
                    .doesNotContainKeys("DequantizeLinear", "Relu", "Conv", "FusedConv", "Gemm", "Add");
            assertThat(operators.containsKey("Clip")).isEqualTo(selection.contains("activations"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 6, 8})
    void packedFilesTakeAsManyBitsAsTheWeightsHave(int bits) {
        Supernet net = RandomModels.supernet(true, true, new DenseBlock(1800, Nonlinearity.RELU), new DenseBlock(600, Nonlinearity.RELU),
                new Classifier(5));
        Model model = RandomModels.extract(net, "weights.bits=" + bits, 3);
        OnnxFile file = new OnnxExporter(Format.PACKED).export(model, PROVENANCE);
        long weights = 2 * 12 * 12 * 1800 + 1800 * 600 + 600 * 5;
        assertThat(weights).isGreaterThan(1_000_000);
        assertThat((double) file.bytes().length).isLessThan(1.06 * bits / 8 * weights + 65_536);
        assertThat(OnnxCosts.of(file.proto()).params()).isEqualTo(weights + 1800 + 600 + 5);
        Tensor images = RandomModels.images(50, 9);
        assertThat(new OnnxVerifier(1).compare(file.bytes(), images, RandomModels.logits(model, images)).worst().flips()).isZero();
    }

    @Test
    void gatesAndOddActivationsWork() {
        Supernet net = RandomModels.supernet(true, true, new ConvBlock(8, 3, 2, 1, Nonlinearity.HARD_SWISH), (x, b) -> {
            var shuffled = b.shuffle(x, 2);
            var gate = b.sigmoid(b.dense("up", b.relu(b.dense("down", b.globalAveragePool(x), x.extent())), shuffled.extent()));
            return b.activate(Activation.RELU6, b.multiply(shuffled, gate));
        }, new ConvBlock(8, 3, 1, 8, Nonlinearity.HARD_SIGMOID), new Classifier(3));
        Model model = RandomModels.extract(net, "activations.bits=6", 4);
        Tensor images = RandomModels.images(100, 9);
        byte[] quantized = new OnnxExporter(Format.QDQ_INT8).export(model, PROVENANCE).bytes();
        assertThat(Format.QDQ_INT8.accepts(new OnnxVerifier(1).compare(quantized, images, RandomModels.logits(model, images)).worst())).isTrue();
        byte[] floats = new OnnxExporter(Format.FLOAT32).export(floats(model), PROVENANCE).bytes();
        assertThat(Format.FLOAT32.accepts(new OnnxVerifier(1).compare(floats, images, RandomModels.logits(floats(model), images)).worst())).isTrue();
    }

    /** A ReLU and the clip of the quantiser behind it are one operator, which onnxruntime fuses into the layer before. */
    @ParameterizedTest
    @ValueSource(ints = {10, 13})
    void floatFilesBoundASignalOnce(int opset) throws Exception {
        Supernet net = RandomModels.supernet(true, true, new ConvBlock(8, 3, 2, 1, Nonlinearity.RELU), new ConvBlock(8, 3, 1, 8, Nonlinearity.RELU6), new Classifier(3));
        Model model = floats(RandomModels.extract(net, "", 4));
        Tensor images = RandomModels.images(100, 9);
        OnnxFile file = new OnnxExporter(Format.FLOAT32, OptionalInt.of(opset)).export(model, PROVENANCE);
        assertThat(Format.FLOAT32.accepts(new OnnxVerifier(1).compare(file.bytes(), images, RandomModels.logits(model, images)).worst())).isTrue();
        List<NodeProto> clips = file.proto().getGraph().getNodeList().stream().filter(node -> node.getOpType().equals("Clip")).toList();
        // of the input, and of each convolution
        assertThat(clips).hasSize(3).allMatch(clip -> clip.getInputCount() == (opset == 10 ? 1 : 3));
        assertThat(OptimizedGraph.operators(file.bytes(), folder)).containsEntry("FusedConv", 2L).containsEntry("Clip", 1L).doesNotContainKeys("Relu", "Conv");
    }

    @Test
    void bytesAreTheSameEachTime() {
        byte[] once = new OnnxExporter(Format.QDQ_INT8).export(RandomModels.extract(QUANTIZED, "activations.bits=4", 5), PROVENANCE).bytes();
        byte[] again = new OnnxExporter(Format.QDQ_INT8).export(RandomModels.extract(QUANTIZED, "activations.bits=4", 5), PROVENANCE).bytes();
        byte[] other = new OnnxExporter(Format.QDQ_INT8).export(RandomModels.extract(QUANTIZED, "activations.bits=4", 6), PROVENANCE).bytes();
        assertThat(again).isEqualTo(once);
        assertThat(other).isNotEqualTo(once);
    }

    @Test
    void nodesAreNamedAsInTheGraphIfThatIsWanted() {
        Model model = RandomModels.extract(QUANTIZED, "", 5);
        Map<String, String> operators = new OnnxExporter(Format.QDQ_INT8).named(Names.LONG).export(model, PROVENANCE).proto().getGraph().getNodeList().stream()
                .collect(Collectors.toMap(NodeProto::getName, NodeProto::getOpType));
        model.graph().nodes().stream().skip(1).forEach(node -> assertThat(operators).containsKey(node.name()));
        assertThat(operators).containsEntry("block2/unit1/open", "Conv").containsEntry("block2/unit1/relu/quantize", "QuantizeLinear")
                .containsEntry("block6/logits", "Gemm");
    }

    @Test
    void costsAreCountedInTheFileAlone() {
        Supernet net = RandomModels.supernet(true, true, new ConvBlock(8, 3, 2, 2, Nonlinearity.RELU), new DenseBlock(4, Nonlinearity.RELU),
                new Classifier(3));
        Model model = RandomModels.extract(net, "block1.channels=2", 5);
        // 2 groups of 2 channels on 6×6 pixels from 1 channel each and 3×3 taps; 4 × 144 → 4 → 3
        long macs = 4 * 36 * 9 + 4 * 144 + 3 * 4;
        OnnxCosts expected = new OnnxCosts(macs, macs, 4 * 9 + 4 + 4 * 144 + 4 + 3 * 4 + 3);
        for (Names names : Names.values()) {
            assertThat(OnnxCosts.of(new OnnxExporter(Format.QDQ_INT8).named(names).export(model, PROVENANCE).proto())).isEqualTo(expected);
            assertThat(OnnxCosts.of(new OnnxExporter(Format.FLOAT32).named(names).export(floats(model), PROVENANCE).proto())).isEqualTo(expected);
        }
    }

    /** One of them writes constants as nodes, which take nothing. */
    @ParameterizedTest
    @ValueSource(strings = {"densenet", "mobilenet_v3", "squeezenet"})
    void bothExportersOfPyTorchWriteTheSameCosts(String network) throws Exception {
        Path source = Path.of("src/test/resources/source");
        long macs = OnnxCosts.of(OnnxFile.read(source.resolve(network + "-narrow.onnx")).proto()).macs();
        assertThat(macs).isPositive().isEqualTo(OnnxCosts.of(OnnxFile.read(source.resolve(network + "-narrow.dynamo.onnx")).proto()).macs());
    }

    @Test
    void nothingIsCountedBehindAnOperatorWhoseShapeIsNotKnown() {
        Supernet net = RandomModels.supernet(false, false, new ConvBlock(8, 3, 1, 1, Nonlinearity.RELU), new ConvBlock(8, 3, 1, 1, Nonlinearity.RELU),
                new DenseBlock(4, Nonlinearity.RELU), new Classifier(3));
        ModelProto.Builder file = new OnnxExporter(Format.FLOAT32).export(RandomModels.extract(net, "", 5), PROVENANCE).proto().toBuilder();
        assertThat(OnnxCosts.of(file.build()).macs()).isPositive();
        file.getGraphBuilder().getNodeBuilderList().stream().filter(node -> node.getOpType().equals("Relu")).forEach(node -> node.setOpType("DepthToSpace"));
        assertThatThrownBy(() -> OnnxCosts.of(file.build())).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("The file says nothing about the shape of ");
    }

    @Test
    void aFileAloneSaysWhereItComesFromAndHowGoodItIs() throws Exception {
        Model model = RandomModels.extract(QUANTIZED, "", 5);
        Path path = folder.resolve("tiny.onnx");
        new OnnxExporter(Format.QDQ_INT8).export(model, PROVENANCE).write(path);
        Tensor images = RandomModels.images(130, 2);
        Tensor logits = RandomModels.logits(model, images);
        try (OnnxSession session = OnnxSession.open(path, true, 1)) {
            assertThat(session.classes()).containsExactly("shirt", "bag, or purse");
            assertThat(session.metadata()).containsEntry("fullynested.version", "1.2.3").containsEntry("fullynested.spec", "nets/tiny")
                    .containsEntry("fullynested.selection", "stage.layers=1,weights.bits=3").containsEntry("fullynested.cost.macs", "59004")
                    .containsEntry("fullynested.cost.size", "12.5").containsEntry("fullynested.accuracy.test", "0.875")
                    .containsEntry("fullynested.format", "QDQ_INT8");
            // every third label is wrong
            Dataset data = labelled(images, i -> (top(logits.data(), i * 5) + (i % 3 == 0 ? 1 : 0)) % 5);
            assertThat(OnnxVerifier.evaluate(Scorer.classification(data), session, data).score()).isEqualTo(1 - 44 / 130.0);
            assertThatThrownBy(() -> session.run(Tensor.zeros(1, 3, 12, 12))).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("[-1, 2, 12, 12]").hasMessageContaining("[1, 3, 12, 12]");
        }
        OnnxFile read = OnnxFile.read(path);
        assertThat(read.bytes()).isEqualTo(Files.readAllBytes(path));
        assertThat(read.proto().getMetadataPropsList()).extracting(StringStringEntryProto::getKey).contains("classes");
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(path);
        }
    }

    @Test
    void otherFilesAreRefused() throws Exception {
        Path text = Files.writeString(folder.resolve("text.onnx"), "not a network at all");
        assertThatThrownBy(() -> OnnxFile.read(text)).isInstanceOf(IOException.class).hasMessageContaining("text.onnx");
        assertThatThrownBy(() -> OnnxSession.open(text, true, 1)).isInstanceOf(IOException.class).hasMessageContaining("text.onnx");
        byte[] whole = new OnnxExporter(Format.QDQ_INT8).export(RandomModels.extract(QUANTIZED, "", 5), PROVENANCE).bytes();
        Path cut = Files.write(folder.resolve("cut.onnx"), java.util.Arrays.copyOf(whole, whole.length / 2));
        assertThatThrownBy(() -> OnnxFile.read(cut)).isInstanceOf(IOException.class).hasMessageContaining("cut.onnx");
        assertThatThrownBy(() -> OnnxSession.open(cut, true, 1)).isInstanceOf(IOException.class).hasMessageContaining("cut.onnx");
    }

    @Test
    void classNamesAreOnOneLine() {
        assertThatThrownBy(() -> new Provenance("1", "s", new SubmodelSpec(Map.of()), Map.of(), Map.of(), List.of("a\nb")))
                .hasMessageContaining("more than one line");
    }

    private static Dataset labelled(Tensor images, java.util.function.IntUnaryOperator label) {
        return new Dataset() {
            @Override
            public int size() {
                return images.shape()[0];
            }

            @Override
            public Shape shape() {
                return Shape.image(images.shape()[1], images.shape()[2], images.shape()[3]);
            }

            @Override
            public List<String> classes() {
                return List.of("0", "1", "2", "3", "4");
            }

            @Override
            public int label(int index) {
                return label.applyAsInt(index);
            }

            @Override
            public void read(int index, float[] into, int from) {
                int size = shape().elements();
                System.arraycopy(images.data(), index * size, into, from, size);
            }
        };
    }

    private static int top(float[] logits, int from) {
        return IntStream.range(0, 5).boxed().max(Comparator.comparingDouble(c -> logits[from + c])).orElseThrow();
    }
}
