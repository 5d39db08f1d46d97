package io.fullynested.onnx;

import static io.fullynested.onnx.FloatOperatorsTest.NOWHERE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.ModelProto;
import io.fullynested.api.graph.Activate;
import io.fullynested.api.graph.Activation;
import io.fullynested.api.graph.Add;
import io.fullynested.api.graph.AveragePool;
import io.fullynested.api.graph.Concat;
import io.fullynested.api.graph.Convolution;
import io.fullynested.api.graph.Dense;
import io.fullynested.api.graph.Flatten;
import io.fullynested.api.graph.GlobalAveragePool;
import io.fullynested.api.graph.MaxPool;
import io.fullynested.api.graph.Multiply;
import io.fullynested.api.graph.Permute;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.graph.Slice;
import io.fullynested.api.graph.Weight;
import io.fullynested.api.graph.Window;
import io.fullynested.core.interpreter.EjmlInterpreter;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.SignalGrid;
import io.fullynested.core.tensor.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Operators between roundings: what onnxruntime computes in integers is what the reference engine computes in numbers. */
class QuantizedOperatorsTest {

    private static final Shape IMAGE = Shape.image(8, 7, 6);
    private static final Shape FLAT = Shape.flat(8);
    private final SmallGraph image = new SmallGraph(IMAGE);
    private final SmallGraph flat = new SmallGraph(FLAT);

    @TempDir
    private Path folder;

    /** Gives the operators that onnxruntime is left with, the same for each coded format. */
    private Map<String, Long> agrees(SmallGraph small, float step) throws Exception {
        Model model = small.model();
        Map<String, Long> operators = agrees(model, small.batch(40), Format.QDQ_INT8, step);
        for (Format format : List.of(Format.INT4, Format.PACKED, Format.QDQ_S8)) {
            if (format.misfit(model.graph()).isEmpty()) {
                assertThat(agrees(model, small.batch(40), format, step)).isEqualTo(operators);
            }
        }
        return operators;
    }

    private Map<String, Long> agrees(Model model, Tensor images, Format format, float step) throws Exception {
        Tensor expected = new EjmlInterpreter().run(model, images);
        OnnxFile file = new OnnxExporter(format).export(model, NOWHERE);
        assertThat(file.notes()).isEmpty();
        for (boolean optimize : new boolean[] {true, false}) {
            try (OnnxSession session = OnnxSession.open(file.bytes(), optimize, 1)) {
                Tensor actual = session.run(images);
                int off = 0;
                for (int i = 0; i < actual.data().length; i++) {
                    float difference = Math.abs(actual.data()[i] - expected.data()[i]);
                    assertThat(difference).as("element " + i).isLessThan(1.01f * step);
                    off += difference > 0.01f * step ? 1 : 0;
                }
                assertThat((double) off / actual.data().length).as("share of codes that differ").isLessThan(1e-3);
            }
        }
        return OptimizedGraph.operators(file.bytes(), folder);
    }

    @ParameterizedTest
    @CsvSource({"8,true", "6,true", "4,true", "3,true", "2,true", "8,false", "5,false", "4,false", "2,false", "1,false"})
    void signals(int bits, boolean signed) throws Exception {
        // a clip within the range, so that it is met on both sides
        image.quantize(bits, signed, 0.7f, 0);
        agrees(image, SignalGrid.of(bits, signed, 0.7f).scale());
    }

    @ParameterizedTest
    @CsvSource({"4,8,true", "2,8,true", "2,6,true", "7,8,false", "4,8,false", "1,8,false", "2,5,false"})
    void truncatedSignals(int bits, int roundedBits, boolean signed) throws Exception {
        image.quantize(bits, roundedBits, signed, 0.7f, 0);
        assertThat(agrees(image, SignalGrid.of(bits, signed, 0.7f).scale())).containsEntry("BitShift", 1L);
        for (Format format : List.of(Format.QDQ_S8, Format.QONNX)) {
            assertThatThrownBy(() -> new OnnxExporter(format).export(image.model(), NOWHERE)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll(format.id(), "input/quantize", "truncated", "Maybe qdq-int8");
        }
    }

    @ParameterizedTest
    @CsvSource({"8,8,true", "8,8,false", "6,8,true", "4,4,true", "3,4,false", "2,4,true", "2,2,false", "8,4,true"})
    void convolution(int weightBits, int signalBits, boolean signed) throws Exception {
        Window window = new Window(3, 2, 1, 1);
        Shape shape = Shape.image(6, window.apply(7), window.apply(6));
        int x = image.quantize(signalBits, signed, 0.9f, 0);
        int conv = image.node("conv", new Convolution(image.weight("conv/weight", weightBits, 6, 4, 3, 3),
                Optional.of(image.uniform("conv/bias", -1, 1, 6)), window, 2), shape, x);
        image.quantize(signalBits, true, 2, conv);
        Map<String, Long> operators = agrees(image, SignalGrid.of(signalBits, true, 2).scale());
        assertThat(operators).containsEntry("QLinearConv", 1L).doesNotContainKeys("Conv", "FusedConv");
    }

    @ParameterizedTest
    @CsvSource({"8,4,1,8", "4,4,1,4", "3,2,1,6", "2,8,8,8", "8,20,4,40"})
    void narrowGroupsAreComputedSideBySide(int weightBits, int groups, int left, int outputs) throws Exception {
        Shape wide = Shape.image(groups == 20 ? 80 : 8, 5, 4);
        SmallGraph small = new SmallGraph(wide);
        int x = small.quantize(8, true, 0.9f, 0);
        Weight weight = small.weight("conv/weight", weightBits, outputs, wide.channels() / groups, 3, 3);
        int conv = small.node("conv", new Convolution(weight, Optional.of(small.uniform("conv/bias", -1, 1, outputs)),
                Window.of(3), groups), Shape.image(outputs, 5, 4), x);
        small.quantize(8, true, 2, conv);
        assertThat(agrees(small, SignalGrid.of(8, true, 2).scale())).containsEntry("QLinearConv", 1L).doesNotContainKeys("Conv", "Mul", "Cast");
        ModelProto file = new OnnxExporter(Format.QDQ_INT8).export(small.model(), NOWHERE).proto();
        assertThat(file.getGraph().getNodeList()).filteredOn(node -> node.getOpType().equals("Conv")).singleElement()
                .satisfies(node -> assertThat(node.getAttributeList().contains(Protos.attribute("group", (long) left))).isEqualTo(left > 1));
        ModelProto plain = new OnnxExporter(Format.QDQ_INT8, OptionalInt.of(13)).export(small.model(), NOWHERE).proto();
        assertThat(plain.getFunctionsList()).isEmpty();
        // zeros that were put between are no multiplications of the network, but the runtime does them
        long macs = 20L * weight.slice().elements();
        assertThat(OnnxCosts.of(file)).isEqualTo(new OnnxCosts(macs, macs * groups / left, weight.slice().elements() + outputs));
        assertThat(OnnxCosts.of(plain)).isEqualTo(new OnnxCosts(macs, macs, weight.slice().elements() + outputs));
    }

    @Test
    void groupsOfFloatSignalsStayAsTheyAre() {
        image.node("conv", new Convolution(image.weight("conv/weight", 4, 8, 2, 3, 3), Optional.empty(), Window.of(3), 4), IMAGE, 0);
        ModelProto file = new OnnxExporter(Format.QDQ_INT8).export(image.model(), NOWHERE).proto();
        assertThat(file.getFunctionsList()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"8,8", "4,4", "3,8"})
    void convolutionAndRelu(int weightBits, int signalBits) throws Exception {
        int x = image.quantize(signalBits, true, 0.9f, 0);
        int conv = image.node("conv", new Convolution(image.weight("conv/weight", weightBits, 6, 8, 3, 3),
                Optional.of(image.uniform("conv/bias", -1, 1, 6)), Window.of(3), 1), Shape.image(6, 7, 6), x);
        image.quantize(signalBits, false, 2, image.node("relu", new Activate(Activation.RELU), Shape.image(6, 7, 6), conv));
        assertThat(agrees(image, SignalGrid.of(signalBits, false, 2).scale())).containsEntry("QLinearConv", 1L).doesNotContainKeys("Relu", "Conv");
    }

    @ParameterizedTest
    @CsvSource({"8,8", "4,4", "2,8"})
    void denseAndLogits(int weightBits, int signalBits) throws Exception {
        int x = flat.quantize(signalBits, true, 0.9f, 0);
        int hidden = flat.node("hidden", new Dense(flat.weight("hidden/weight", weightBits, 12, 8),
                Optional.of(flat.uniform("hidden/bias", -1, 1, 12))), Shape.flat(12), x);
        int relu = flat.node("relu", new Activate(Activation.RELU), Shape.flat(12), hidden);
        int y = flat.quantize(signalBits, false, 1.5f, relu);
        flat.node("out", new Dense(flat.weight("out/weight", weightBits, 3, 12), Optional.of(flat.uniform("out/bias", -1, 1, 3))),
                Shape.flat(3), y);
        assertThat(agrees(flat, SignalGrid.of(signalBits, false, 1.5f).scale())).containsEntry("QGemm", 2L).doesNotContainKeys("Gemm", "Relu");
    }

    @ParameterizedTest
    @CsvSource({"8", "4"})
    void addAndMultiply(int bits) throws Exception {
        // clips without a common measure: with one, many a sum is exactly between two codes, where the last bit decides
        int a = image.quantize(bits, true, 0.8871f, 0);
        int relu = image.node("relu", new Activate(Activation.RELU), IMAGE, 0);
        int b = image.quantize(bits, false, 0.7013f, relu);
        int sum = image.quantize(bits, true, 1.1913f, image.node("sum", new Add(), IMAGE, a, b));
        int pooled = image.quantize(bits, true, 0.2887f, image.node("pool", new GlobalAveragePool(), FLAT, sum));
        image.quantize(bits, true, 0.4931f, image.node("product", new Multiply(), IMAGE, sum, pooled));
        Map<String, Long> operators = agrees(image, SignalGrid.of(bits, true, 0.4931f).scale());
        assertThat(operators).containsEntry("QLinearAdd", 1L).containsEntry("QLinearMul", 1L).containsEntry("QLinearGlobalAveragePool", 1L);
    }

    @ParameterizedTest
    @CsvSource({"8,true", "4,false"})
    void poolsAndMoves(int bits, boolean signed) throws Exception {
        int x = image.quantize(bits, signed, 0.8871f, 0);
        Window window = new Window(3, 2, 1, 1);
        int max = image.node("max", new MaxPool(window), Shape.image(8, 4, 3), x);
        int shuffled = image.node("shuffle", new Permute(List.of(0, 4, 1, 5, 2, 6, 3, 7)), Shape.image(8, 4, 3), max);
        int mixed = image.node("mix", new Permute(List.of(7, 3, 1, 0, 2, 6, 4, 5)), Shape.image(8, 4, 3), max);
        int part = image.node("part", new Slice(3, 7), Shape.image(4, 4, 3), shuffled);
        int concat = image.node("concat", new Concat(), Shape.image(12, 4, 3), part, mixed);
        int mean = image.node("mean", new AveragePool(new Window(2, 1, 1, 1)), Shape.image(12, 5, 4), concat);
        image.node("flatten", new Flatten(), Shape.flat(240), image.quantize(bits, signed, 0.4931f, mean));
        // every code of the first rounding stays a code until the mean is taken
        assertThat(agrees(image, SignalGrid.of(bits, signed, 0.4931f).scale())).containsEntry("QuantizeLinear", 1L)
                .containsEntry("QLinearAveragePool", 1L).containsEntry("DequantizeLinear", 1L);
    }

    @Test
    void concatOfTwoSignalsOfOneGridStaysInCodes() throws Exception {
        int a = image.quantize(4, true, 0.9f, 0);
        int b = image.quantize(4, true, 0.9f, image.node("turn", new Permute(List.of(7, 6, 5, 4, 3, 2, 1, 0)), IMAGE, 0));
        image.node("concat", new Concat(), Shape.image(16, 7, 6), a, b);
        assertThat(agrees(image, SignalGrid.of(4, true, 0.9f).scale())).containsEntry("DequantizeLinear", 1L);
    }

    @Test
    void concatOfDifferentGridsStaysExact() throws Exception {
        int a = image.quantize(8, true, 0.9f, 0);
        int relu = image.node("relu", new Activate(Activation.RELU), IMAGE, 0);
        int b = image.quantize(8, false, 0.7f, relu);
        int concat = image.node("concat", new Concat(), Shape.image(16, 7, 6), a, b);
        image.node("conv", new Convolution(image.weight("conv/weight", 4, 3, 16, 1, 1), Optional.of(image.uniform("conv/bias", -1, 1, 3)),
                Window.of(1), 1), Shape.image(3, 7, 6), concat);
        agrees(image, 1e-3f);
    }

    @Test
    void layersOfFloatsStayFloats() throws Exception {
        int conv = image.node("conv", new Convolution(image.weight("conv/weight", Weight.FLOAT, 6, 8, 1, 1),
                Optional.of(image.uniform("conv/bias", -1, 1, 6)), Window.of(1), 1), Shape.image(6, 7, 6), image.quantize(8, true, 0.9f, 0));
        image.node("next", new Convolution(image.weight("next/weight", 3, 4, 6, 1, 1), Optional.of(image.uniform("next/bias", -1, 1, 4)),
                Window.of(1), 1), Shape.image(4, 7, 6), conv);
        agrees(image, 1e-3f);
    }

    @Test
    void biasBeyondInt32StaysInFloat() {
        int x = flat.quantize(8, true, 1e-6f, 0);
        flat.node("dense", new Dense(flat.weight("dense/weight", 8, 3, 8), Optional.of(flat.uniform("dense/bias", 100, 200, 3))),
                Shape.flat(3), x);
        OnnxFile file = new OnnxExporter(Format.QDQ_INT8).export(flat.model(), NOWHERE);
        assertThat(file.notes()).singleElement().asString().contains("bias of dense stays in float32");
        Tensor images = flat.batch(4);
        Tensor expected = new EjmlInterpreter().run(flat.model(), images);
        assertThat(new OnnxVerifier(1).compare(file.bytes(), images, expected).worst().maxAbsDiff()).isCloseTo(0, within(1e-4));
    }

    @ParameterizedTest
    @EnumSource(names = {"INT4", "PACKED"})
    void zerosOfASilencedChannelStayInt8(Format format) {
        int x = flat.quantize(8, true, 0.9f, 0);
        Weight weight = flat.weight("dense/weight", 3, 400, 8);
        Arrays.fill(flat.model().parameters().quantized(weight).integers(), 8, 16, (byte) 0);
        int dense = flat.node("dense", new Dense(weight, Optional.empty()), Shape.flat(400), x);
        // enough for codes to be smaller elsewhere
        flat.node("last", new Dense(flat.weight("last/weight", 3, 5, 400), Optional.empty()), Shape.flat(5), flat.quantize(8, true, 0.9f, dense));
        OnnxFile file = new OnnxExporter(format).export(flat.model(), NOWHERE);
        assertThat(file.notes()).singleElement().asString().startsWith("dense/weight stays int8: ");
        Tensor images = flat.batch(4);
        Tensor expected = new EjmlInterpreter().run(flat.model(), images);
        assertThat(new OnnxVerifier(1).compare(file.bytes(), images, expected).worst().maxAbsDiff()).isCloseTo(0, within(1e-4));
    }

    @Test
    void clipOfZeroIsRefused() {
        flat.quantize(8, true, 0, 0);
        assertThatThrownBy(() -> new OnnxExporter(Format.QDQ_INT8).export(flat.model(), NOWHERE)).hasMessageContaining("clip of input/quantize");
    }
}
