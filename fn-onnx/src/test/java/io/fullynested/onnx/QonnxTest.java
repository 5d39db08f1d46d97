package io.fullynested.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.fullynested.core.block.Classifier;
import io.fullynested.core.block.ConvBlock;
import io.fullynested.core.block.Nonlinearity;
import io.fullynested.core.block.ResidualStage;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.tensor.Tensor;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** QONNX as its documentation has it: nodes {@code Quant} of its domain, their attributes and inputs, numbers that are on the grid that they say. */
class QonnxTest {

    private static final Supernet NET = RandomModels.supernet(true, true, new ConvBlock(8, 3, 2, 1, Nonlinearity.RELU),
            new ResidualStage(8, 2, 2, 2, 3, 1), (x, b) -> b.globalAveragePool(x), new Classifier(3));

    private static Map<String, float[]> numbers(ModelProto file) {
        Map<String, float[]> numbers = new HashMap<>();
        for (TensorProto tensor : file.getGraph().getInitializerList()) {
            assertThat(tensor.getDataType()).isEqualTo(DataType.FLOAT_VALUE);
            FloatBuffer floats = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
            float[] data = new float[floats.remaining()];
            floats.get(data);
            numbers.put(tensor.getName(), data);
        }
        return numbers;
    }

    /** What QONNX's reference implementation gives for one number. */
    private static double quant(double x, double step, double zero, int bits, boolean signed) {
        double least = signed ? -Math.scalb(1.0, bits - 1) : 0;
        double most = signed ? Math.scalb(1.0, bits - 1) - 1 : Math.scalb(1.0, bits) - 1;
        return (Math.rint(Math.min(Math.max(x / step + zero, least), most)) - zero) * step;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "weights.bits=4,activations.bits=4", "weights.bits=3", "weights.bits=2,activations.bits=6"})
    void itIsWhatCompilersTakeAndWhatWasTrained(String selection) {
        Model model = RandomModels.extract(NET, selection, 3);
        ModelProto file = new OnnxExporter(Format.QONNX).export(model, FloatOperatorsTest.NOWHERE).proto();
        Map<String, float[]> numbers = numbers(file);
        Set<String> rounded = new HashSet<>();
        int weights = 0;
        for (NodeProto node : file.getGraph().getNodeList()) {
            if (!node.getOpType().equals("Quant")) {
                assertThat(node.getDomain()).as(node.getOpType()).isEmpty();
                continue;
            }
            assertThat(node.getDomain()).isEqualTo("qonnx.custom_op.general");
            assertThat(node.getAttributeList().stream().map(attribute -> attribute.getName()).toList()).containsExactlyInAnyOrder("signed", "narrow", "rounding_mode");
            Map<String, Long> attributes = new HashMap<>();
            node.getAttributeList().forEach(attribute -> attributes.put(attribute.getName(), attribute.getI()));
            assertThat(node.getInputCount()).isEqualTo(4);
            assertThat(numbers.get(node.getInput(2))).containsExactly(0);
            rounded.add(node.getOutput(0));
            float[] given = numbers.get(node.getInput(0));
            if (given != null) {
                weights++;
                float[] steps = numbers.get(node.getInput(1));
                int bits = (int) numbers.get(node.getInput(3))[0];
                for (int i = 0; i < given.length; i++) {
                    double step = steps[i / (given.length / steps.length)];
                    assertThat(quant(given[i], step, 0, bits, attributes.get("signed") == 1)).isCloseTo(given[i], offset(1e-6));
                }
            }
        }
        assertThat(weights).isEqualTo((int) Bits.weights(model.graph()).count());
        file.getGraph().getNodeList().stream().filter(node -> List.of("Conv", "Gemm").contains(node.getOpType()))
                .forEach(node -> assertThat(rounded).as("what %s takes", node.getOutput(0)).contains(node.getInput(0), node.getInput(1)));
        // qonnx and hls4ml ask for each of them
        file.getGraph().getNodeList().stream().filter(node -> node.getOpType().equals("Conv")).forEach(node -> assertThat(node.getAttributeList())
                .extracting(AttributeProto::getName).contains("kernel_shape", "strides", "pads", "dilations", "group"));
        Tensor images = RandomModels.images(40, 5);
        OnnxVerifier.Verification found = new OnnxVerifier(1).compare(file.toByteArray(), images, RandomModels.logits(model, images));
        assertThat(Format.QONNX.accepts(found.worst())).as("%s", found).isTrue();
    }

    @Test
    void functionsThatFinnDoesNotKnowAreTold() {
        Supernet net = RandomModels.supernet(true, true, new ConvBlock(4, 3, 2, 1, Nonlinearity.HARD_SWISH), new Classifier(3));
        assertThat(Explanation.of(Target.FINN, net.compile(net.axes().full()), Format.QONNX).refused()).singleElement().asString()
                .startsWith("functions other than ReLU, which become no thresholds: block1/hard-swish");
        assertThat(Explanation.of(Target.FINN, NET.compile(NET.axes().full()), Format.QONNX).refused()).isEmpty();
    }
}
