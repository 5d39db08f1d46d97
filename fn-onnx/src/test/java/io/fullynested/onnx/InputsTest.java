package io.fullynested.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.fullynested.api.data.Target;
import io.fullynested.api.graph.Input.Type;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.block.Classifier;
import io.fullynested.core.block.ConvBlock;
import io.fullynested.core.block.DenseBlock;
import io.fullynested.core.block.Join;
import io.fullynested.core.block.Nonlinearity;
import io.fullynested.core.block.Pooling;
import io.fullynested.core.model.GraphPasses;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.spec.NetworkSpec;
import io.fullynested.core.spec.NetworkSpec.Block;
import io.fullynested.core.spec.NetworkSpec.Input;
import io.fullynested.core.spec.Normalization;
import io.fullynested.core.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a file takes: names, types, ranges, several inputs. */
class InputsTest {

    private static final Provenance NAMED = new Provenance("1", "net", new SubmodelSpec(Map.of()), Map.of(), "accuracy", Map.of(), "state [N, classes]",
            Target.classes(List.of("a", "b", "c", "d")));
    private static final ConvBlock CONV = new ConvBlock(8, 3, 1, 1, Nonlinearity.RELU);

    private static Input image(Normalization normalize, Type type, Double... range) {
        return new Input("image", Optional.of(2), Optional.of(12), Optional.of(12), Optional.empty(), normalize, type,
                range.length == 0 ? Optional.empty() : Optional.of(List.of(range)));
    }

    private static Model model(Input input, boolean codes) {
        return RandomModels.extract(RandomModels.supernet(input, codes, codes, CONV, new Pooling.Global(), new Classifier(4)), "", 3);
    }

    private static Tensor bytes(Tensor images, float least, float most) {
        Tensor bytes = Tensor.zeros(images.shape());
        for (int i = 0; i < bytes.data().length; i++) {
            float share = Math.round(images.data()[i] * 255) / 255f;
            bytes.data()[i] = least + share * (most - least);
        }
        return bytes;
    }

    private static Parity parity(OnnxFile file, Model model, Tensor images) {
        return new OnnxVerifier(1).compare(file.bytes(), images, RandomModels.logits(model, images)).worst();
    }

    private static List<String> operators(GraphProto graph) {
        return graph.getNodeList().stream().map(NodeProto::getOpType).toList();
    }

    @Test
    void fileHasTheNamesOfInputAndOutput() {
        OnnxFile file = new OnnxExporter(Format.FLOAT32).named(Names.LONG).export(model(image(Normalization.Word.DATA, Type.FLOAT32), false), NAMED);
        GraphProto graph = file.proto().getGraph();
        assertThat(graph.getInput(0).getName()).isEqualTo("image");
        assertThat(graph.getOutput(0).getName()).isEqualTo("state");
        assertThat(graph.getNode(0).getName()).isEqualTo("image/normalize/subtract");
        assertThat(file.proto().getDocString()).contains("Input: images [N, C, H, W], float32 in 0..1. Output: state [N, classes].");
    }

    @Test
    void noNormalisationLeavesNoneInTheFile() {
        Model model = model(image(Normalization.Word.NONE, Type.FLOAT32), false);
        OnnxFile file = new OnnxExporter(Format.FLOAT32).export(model, NAMED);
        assertThat(operators(file.proto().getGraph())).doesNotContain("Sub", "Div");
        assertThat(parity(file, model, RandomModels.images(50, 4)).maxAbsDiff()).isLessThan(1e-4);
    }

    @Test
    void withoutNormalisationTheFirstLayerStillTakesCodes() {
        Model model = model(image(Normalization.Word.NONE, Type.FLOAT32), true);
        OnnxFile file = new OnnxExporter(Format.QDQ_INT8).export(model, NAMED);
        assertThat(operators(file.proto().getGraph())).doesNotContain("Sub", "Div").startsWith("QuantizeLinear", "DequantizeLinear");
        assertThat(Format.QDQ_INT8.accepts(parity(file, model, RandomModels.images(50, 4)))).isTrue();
    }

    @Test
    void bytesAreTheCodesOfTheFirstLayer() {
        Model model = model(image(Normalization.Word.NONE, Type.UINT8), true);
        OnnxFile file = new OnnxExporter(Format.QDQ_INT8).export(model, NAMED);
        GraphProto graph = file.proto().getGraph();
        assertThat(graph.getInput(0).getType().getTensorType().getElemType()).isEqualTo(DataType.UINT8_VALUE);
        assertThat(graph.getNodeList()).filteredOn(node -> node.getInput(0).equals("image")).extracting(NodeProto::getOpType)
                .containsExactly("DequantizeLinear");
        assertThat(operators(graph)).doesNotContain("Cast");
        assertThat(parity(file, model, bytes(RandomModels.images(50, 4), 0, 1)).flips()).isZero();
        assertThat(file.proto().getDocString()).contains("uint8, 0..255 for 0..1");
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "FLOAT16", "QDQ_INT8"})
    void bytesAreScaledWhereTheyAreNoCodes(Format format) {
        for (Input input : List.of(image(Normalization.Word.DATA, Type.UINT8), image(Normalization.Word.NONE, Type.UINT8, -1., 1.),
                image(Normalization.Word.DATA, Type.UINT8, 0., 2.))) {
            Model coded = model(input, format.coded());
            Model model = format.coded() ? coded : new Model(GraphPasses.clipped(coded.graph()), coded.parameters());
            OnnxFile file = new OnnxExporter(format).export(model, NAMED);
            float least = (float) input.values().least();
            Parity parity = parity(file, model, bytes(RandomModels.images(50, 4), least, (float) input.values().most()));
            assertThat(format.accepts(parity)).as("%s of %s: %s", format, input, parity).isTrue();
            assertThat(operators(file.proto().getGraph())).contains("Cast");
        }
    }

    @Test
    void numbersThatAreNoBytesAreRefused() {
        OnnxFile file = new OnnxExporter(Format.QDQ_INT8).export(model(image(Normalization.Word.NONE, Type.UINT8), true), NAMED);
        try (OnnxSession session = OnnxSession.open(file.bytes(), true, 1)) {
            assertThatThrownBy(() -> session.run(RandomModels.images(1, 4))).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("'image' takes bytes for 0..1, but the data have ").hasMessageEndingWith("Maybe type: float32, or another range?");
        }
    }

    @Test
    void anInputCannotHaveTheNameOfTheOutput() {
        Input logits = new Input("logits", Optional.of(2), Optional.of(12), Optional.of(12), Optional.empty(), Normalization.Word.DATA, Type.FLOAT32,
                Optional.empty());
        assertThatThrownBy(() -> new OnnxExporter(Format.FLOAT32).export(model(logits, false), FloatOperatorsTest.NOWHERE))
                .hasMessage("an input is named 'logits' as the output is. Give one of them another name");
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "QDQ_INT8", "PACKED"})
    void severalInputsAreFedByName(Format format) {
        Input row = new Input("row", Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(144), Normalization.Word.DATA, Type.FLOAT32,
                Optional.empty());
        Input picture = new Input("picture", Optional.of(1), Optional.of(12), Optional.of(12), Optional.empty(), Normalization.Word.NONE, Type.UINT8,
                Optional.empty());
        NetworkSpec one = RandomModels.supernet(format.coded(), format.coded(), CONV, new Classifier(4)).spec();
        List<Block> blocks = List.of(Block.of(CONV).named("conv"), Block.of(new Pooling.Global()).named("seen"),
                Block.of(new DenseBlock(6, Nonlinearity.RELU)).named("felt").taking("row"), Block.of(new Join()).named("both").taking("seen", "felt"),
                Block.of(new Classifier(4)).named("classifier"));
        Supernet net = new Supernet(new NetworkSpec(Optional.empty(), List.of(picture, row), blocks, one.nesting(), one.quantization(), Optional.empty(), List.of()));
        // 288 numbers: as many as a picture of two channels
        Tensor images = bytes(RandomModels.images(50, 4), 0, 1);
        Tensor samples = new Tensor(new int[] {50, 288}, images.data());
        Model model = RandomModels.extract(net, "conv.channels=4", 3);
        OnnxFile file = new OnnxExporter(format).export(model, NAMED);
        GraphProto graph = file.proto().getGraph();
        assertThat(graph.getInputList()).extracting(input -> input.getName()).containsExactly("picture", "row");
        assertThat(file.proto().getDocString()).contains("Inputs: picture, images [N, C, H, W], uint8, 0..255 for 0..1; row, rows [N, columns], float32 in the units of the data.");
        assertThat(format.accepts(parity(file, model, samples))).isTrue();
        try (OnnxSession session = OnnxSession.open(file.bytes(), true, 1)) {
            assertThat(session.inputs().random(2).shape()).containsExactly(2, 288);
            assertThatThrownBy(() -> session.run(images))
                    .hasMessage("The network takes samples of picture [-1, 1, 12, 12] and row [-1, 144] (-1: any), not [50, 2, 12, 12]. Maybe another data set?");
        }
    }
}
