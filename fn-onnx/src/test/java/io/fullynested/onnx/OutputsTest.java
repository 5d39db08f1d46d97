package io.fullynested.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.fullynested.api.data.Target;
import io.fullynested.api.graph.Input;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.task.Objective;
import io.fullynested.core.block.Classifier;
import io.fullynested.core.block.ConvBlock;
import io.fullynested.core.block.DenseBlock;
import io.fullynested.core.block.Join;
import io.fullynested.core.block.Nonlinearity;
import io.fullynested.core.block.PixelClassifier;
import io.fullynested.core.block.Pooling;
import io.fullynested.core.data.ArrayDataset;
import io.fullynested.core.model.GraphPasses;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.spec.NestingOptions;
import io.fullynested.core.spec.NetworkSpec;
import io.fullynested.core.spec.NetworkSpec.Block;
import io.fullynested.core.spec.Normalization;
import io.fullynested.core.task.Classification;
import io.fullynested.core.task.Scorer;
import io.fullynested.core.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a file gives, if it is several. */
class OutputsTest {

    private static final List<String> NAMES = List.of("state", "felt", "map");
    private static final Tensor IMAGES = RandomModels.images(60, 4);

    private static Provenance provenance() {
        return new Provenance("1", "net", new SubmodelSpec(Map.of()), Map.of(), "accuracy", Map.of(), "state: logits [N, classes]",
                Target.classes(List.of("a", "b", "c", "d")));
    }

    private static Supernet net(boolean codes, List<String> outputs) {
        NetworkSpec one = RandomModels.supernet(codes, codes, new Classifier(4)).spec();
        NestingOptions.Level whole = new NestingOptions.Level(List.of(1.), 1, NestingOptions.Granularity.LAYER);
        List<Block> blocks = List.of(Block.of(new ConvBlock(8, 3, 1, 1, Nonlinearity.RELU)).named("conv"),
                Block.of(new PixelClassifier(3)).named("map"), Block.of(new Pooling.Global()).named("seen").taking("conv"),
                Block.of(new DenseBlock(6, Nonlinearity.RELU)).named("felt").nested(new NestingOptions(whole, whole, whole, whole)),
                Block.of(new Classifier(4)).named("state"));
        return new Supernet(new NetworkSpec(one.input(), List.of(), blocks, one.nesting(), one.quantization(), Optional.empty(), outputs));
    }

    private static Model model(Format format, Supernet net) {
        Model model = RandomModels.extract(net, "conv.channels=4", 3);
        return format.coded() ? model : new Model(GraphPasses.clipped(model.graph()), model.parameters());
    }

    private static Objective objective(Supernet net, String output) {
        Classification task = new Classification(List.of(), Classification.Metric.ACCURACY, Optional.of(output));
        return Scorer.of(task, ArrayDataset.ofTable(List.of("a", "b", "c", "d"), new float[][] {{0}}, new int[] {0}), net.outputs()).objective();
    }

    private static Tensor run(OnnxFile file) {
        try (OnnxSession session = OnnxSession.open(file.bytes(), true, 1)) {
            return session.run(IMAGES);
        }
    }

    @ParameterizedTest
    @EnumSource
    void eachComesOutByItsNameAndShape(Format format) {
        // int4 wants a weight of 4 bits
        Supernet net = net(format != Format.FLOAT32, NAMES);
        String selection = "conv.channels=4" + (format == Format.INT4 ? ",weights.bits=4" : "");
        Model extracted = RandomModels.extract(net, selection, 3);
        Model model = format.coded() ? extracted : new Model(GraphPasses.clipped(extracted.graph()), extracted.parameters());
        OnnxFile file = new OnnxExporter(format).export(model, provenance());
        GraphProto graph = file.proto().getGraph();
        assertThat(graph.getOutputList()).extracting(ValueInfoProto::getName).containsExactlyElementsOf(NAMES);
        assertThat(graph.getOutputList()).allMatch(output -> output.getType().getTensorType().getElemType() == DataType.FLOAT_VALUE);
        assertThat(graph.getOutputList()).extracting(OutputsTest::extents).containsExactly(List.of(4L), List.of(6L), List.of(3L, 12L, 12L));
        assertThat(graph.getNodeList()).extracting(NodeProto::getOpType).doesNotContain("Concat", "Identity");
        assertThat(file.proto().getDocString()).contains("Outputs: state [N, 4]; felt [N, 6]; map [N, 3, 12, 12], state: logits [N, classes].");
        Tensor expected = RandomModels.logits(model, IMAGES);
        assertThat(expected.shape()).containsExactly(60, 4 + 6 + 3 * 144);
        Scorer scorer = new Scorer(Classification.standard(), objective(net, "state"));
        assertThat(format.accepts(new OnnxVerifier(1, scorer).compare(file.bytes(), IMAGES, expected).worst())).isTrue();
        assertThat(Claims.broken(file)).isEmpty();
    }

    private static List<Long> extents(ValueInfoProto output) {
        return output.getType().getTensorType().getShape().getDimList().stream().skip(1).map(dim -> dim.getDimValue()).toList();
    }

    /** One number among 442, or all of an output that the task is not about: what is wrong is seen whichever it is. */
    @ParameterizedTest
    @ValueSource(strings = {"state", "felt", "map"})
    void anOutputThatIsWrongIsSeen(String wrong) {
        Supernet net = net(true, NAMES);
        Tensor right = RandomModels.logits(model(Format.QDQ_INT8, net), IMAGES);
        int from = NAMES.stream().takeWhile(name -> !name.equals(wrong)).mapToInt(name -> net.outputs().get(name).elements()).sum();
        int length = net.outputs().get(wrong).elements();
        Tensor other = new Tensor(right.shape(), right.data().clone());
        int stride = net.output().elements();
        IntStream.range(0, 60).forEach(i -> IntStream.range(from, from + length).forEach(k -> other.data()[i * stride + k] *= 1.1f));
        Objective objective = objective(net, "state");
        assertThat(Format.QDQ_INT8.accepts(Parity.of(right, right, objective))).isTrue();
        assertThat(Format.QDQ_INT8.accepts(Parity.of(right, other, objective))).isFalse();
        assertThat(Parity.of(right, other, objective).answers()).isEqualTo(60);
        other.data()[from] = Float.NaN;
        assertThat(Format.QDQ_INT8.accepts(Parity.of(right, other, objective))).isFalse();
    }

    /** A block that hands on what it takes has the same value come out twice, and one of the input has that come out. */
    @Test
    void whatComesOutTwiceIsCopied() {
        NetworkSpec one = RandomModels.supernet(false, false, new Classifier(4)).spec();
        List<Block> blocks = List.of(Block.of(new Classifier(4)).named("logits"), Block.of((x, b) -> x).named("again"),
                Block.of((x, b) -> x).named("photo").taking("input"));
        NetworkSpec.Input raw = new NetworkSpec.Input("input", Optional.of(2), Optional.of(12), Optional.of(12), Optional.empty(),
                Normalization.Word.NONE, Input.Type.FLOAT32, Optional.empty());
        Supernet net = new Supernet(new NetworkSpec(Optional.of(raw), List.of(), blocks, one.nesting(), one.quantization(), Optional.empty(),
                List.of("again", "logits", "photo")));
        OnnxFile file = new OnnxExporter(Format.FLOAT32).export(RandomModels.extract(net, "", 3), provenance());
        assertThat(file.proto().getGraph().getNodeList()).extracting(NodeProto::getOpType).containsOnlyOnce("Gemm").filteredOn("Identity"::equals).hasSize(2);
        Tensor rows = run(file);
        Tensor expected = RandomModels.logits(RandomModels.extract(net, "", 3), IMAGES);
        assertThat(Parity.of(expected, rows).maxAbsDiff()).isLessThan(1e-4);
        for (int k = 0; k < 4; k++) {
            assertThat(rows.data()[k]).isEqualTo(rows.data()[4 + k]);
        }
    }

    /** What a block takes in codes comes out of a DequantizeLinear, and its layer is still computed in integers. */
    @Test
    void whatIsTakenInCodesLeavesThemWhereTheyAre() {
        OnnxFile file = new OnnxExporter(Format.QDQ_INT8).export(model(Format.QDQ_INT8, net(true, NAMES)), provenance());
        NodeProto felt = file.proto().getGraph().getNodeList().stream().filter(node -> node.getOutput(0).equals("felt")).findFirst().orElseThrow();
        assertThat(felt.getOpType()).isEqualTo("DequantizeLinear");
        assertThat(file.proto().getGraph().getNodeList()).filteredOn(node -> node.getInputList().contains("felt")).extracting(NodeProto::getOpType)
                .containsExactly("Gemm");
    }

    @Test
    void inputsAndOutputsHaveNamesOfTheirOwn() {
        Supernet net = net(false, List.of("map", "state"));
        assertThat(net.outputs()).containsExactly(Map.entry("map", Shape.image(3, 12, 12)), Map.entry("state", Shape.flat(4)));
        assertThatThrownBy(() -> new NetworkSpec(net.spec().input(), List.of(), List.of(Block.of(new Join()).named("input")), net.spec().nesting(),
                net.spec().quantization(), Optional.empty(), List.of("input"))).hasMessageContaining("an input and a block are both named 'input'");
    }
}
