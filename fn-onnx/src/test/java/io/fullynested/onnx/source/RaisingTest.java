package io.fullynested.onnx.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fullynested.api.graph.Shape;
import io.fullynested.core.interpreter.EjmlInterpreter;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.Parameters;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.quantize.MidRise;
import io.fullynested.core.spec.NestingOptions;
import io.fullynested.core.spec.NestingOptions.Granularity;
import io.fullynested.core.spec.NestingOptions.Level;
import io.fullynested.core.spec.QuantizationOptions;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.onnx.OnnxSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of a few nodes each. */
class RaisingTest {

    private static final Level WHOLE = new Level(List.of(1.), 1, Granularity.LAYER);
    private static final NestingOptions NESTING = new NestingOptions(WHOLE, WHOLE, WHOLE, WHOLE);
    private static final QuantizationOptions FLOAT = new QuantizationOptions(Optional.empty(), Optional.empty(), new MidRise(2));

    @TempDir
    private Path folder;

    private static Tensor random(Shape shape) {
        Random random = new Random(3);
        Tensor images = shape.flat() ? Tensor.zeros(5, shape.channels()) : Tensor.zeros(5, shape.channels(), shape.height(), shape.width());
        for (int i = 0; i < images.data().length; i++) {
            images.data()[i] = (float) random.nextGaussian();
        }
        return images;
    }

    /** Sees that the network is the file, also with batch norms put back and factors measured. */
    private static ImportedNetwork same(Path file) throws IOException {
        ImportedNetwork bare = ImportedNetwork.read(file, Optional.empty(), Optional::empty);
        Tensor images = random(bare.input().shape());
        Tensor expected;
        try (OnnxSession session = ImportedNetwork.session(file)) {
            expected = session.run(images);
        }
        ImportedNetwork unfolded = ImportedNetwork.read(file, Optional.empty(), () -> Optional.of(images));
        for (ImportedNetwork network : List.of(bare, unfolded)) {
            Supernet net = new Supernet(network.spec(NESTING, FLOAT));
            net.requireMasters(network.masters());
            Map<String, Tensor> all = new TreeMap<>(network.masters());
            all.putAll(network.running());
            Model full = new Model(net.compile(net.axes().full()), new Parameters(all, new MidRise(2)));
            assertThat(new EjmlInterpreter().run(full, images).data()).usingComparatorWithPrecision(1e-4f).containsExactly(expected.data());
            if (network == unfolded) {
                assertThat(new EjmlInterpreter().runAsInTraining(full, images).data()).usingComparatorWithPrecision(1e-3f).containsExactly(expected.data());
            }
        }
        return unfolded;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"3|8|pads=1,1,0,0 strides=2,2", "3|7|pads=1,1,1,1 strides=2,2", "3|8|auto_pad=SAME_UPPER strides=2,2",
        "3|7|auto_pad=SAME_UPPER strides=2,2", "5|8|auto_pad=SAME_UPPER strides=2,2", "3|8|auto_pad=SAME_LOWER strides=2,2", "2|6|pads=0,0,1,1 strides=1,1",
        "3|6|pads=0,0,2,2 strides=1,1", "3|8|pads=2,2,2,2 dilations=2,2", "1|7|auto_pad=VALID strides=2,2"})
    void windowsThatArePaddedUnequally(int side, int pixels, String attributes) throws IOException {
        same(new SourceFile("x", 3, pixels, pixels).weights("w", 4, 3, side, side).node("a = Conv x w " + attributes)
                .node("b = Relu a").node("c = GlobalAveragePool b").node("y = Flatten c").write(folder.resolve("conv.onnx"), "y"));
    }

    @Test
    void zerosAroundImagesGoIntoTheWindow() throws IOException {
        SourceFile file = new SourceFile("x", 3, 8, 8).weights("w", 4, 3, 3, 3).weights("v", 4, 1, 3, 3).longs("p", 0, 0, 0, 0, 0, 0, 1, 1).longs("q", 0, 0, 1, 1, 0, 0, 1, 1)
                .node("a = Pad x p").node("b = Conv a w strides=2,2").node("c = Relu b").node("d = Pad c q").node("e = Conv d v group=4")
                .node("f = Relu e").node("g = Pad f q").node("h = MaxPool g kernel_shape=3,3 strides=2,2").node("i = GlobalAveragePool h").node("y = Flatten i");
        ImportedNetwork network = same(file.write(folder.resolve("pad.onnx"), "y"));
        assertThat(network.block().nodes().stream().filter(node -> node.name().equals("b") || node.name().equals("e")).map(node -> node.kernel() + " " + node.padding()))
                .containsExactly("4 1", "3 1");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"1,7|pads=0,3,0,3", "7,1|pads=3,0,3,0", "3,5|pads=1,2,1,2 strides=2,2", "1,3|pads=0,2,0,0", "2,3|pads=1,1,0,1"})
    void windowsThatAreNotSquare(String window, String attributes) throws IOException {
        int[] sides = Arrays.stream(window.split(",")).mapToInt(Integer::parseInt).toArray();
        same(new SourceFile("x", 3, 9, 9).weights("w", 4, 3, sides[0], sides[1]).node("a = Conv x w " + attributes).node("b = Relu a")
                .node("c = GlobalAveragePool b").node("y = Flatten c").write(folder.resolve("rect.onnx"), "y"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"8|ceil_mode=1", "7|ceil_mode=1", "8|ceil_mode=1 pads=1,1,1,1", "9|ceil_mode=1 pads=1,1,1,1", "8|pads=0,0,1,1", "8|auto_pad=SAME_UPPER"})
    void poolingsThatReachBeyondTheImage(int pixels, String attributes) throws IOException {
        same(new SourceFile("x", 3, pixels, pixels).weights("w", 4, 3, 1, 1).node("a = Conv x w").node("b = MaxPool a kernel_shape=3,3 strides=2,2 " + attributes)
                .node("c = Flatten b").write(folder.resolve("pool.onnx"), "c"));
    }

    /** As opset 13 has them, written by PyTorch's older and newer exporter, and by tf2onnx. */
    @Test
    void operatorsThatAreSpeltOut() throws IOException {
        ImportedNetwork network = same(new SourceFile("x", 3, 6, 6).weights("w", 4, 3, 3, 3).number("root", Math.sqrt(2)).number("one", 1).number("half", .5)
                .number("three", 3).number("zero", 0).number("six", 6).number("sixth", 1 / 6.).number("eps", 1e-3).number("two", 2).weights("g", 4).weights("h", 4)
                .node("a = Conv x w").node("b1 = Div a root").node("b2 = Erf b1").node("b3 = Add b2 one").node("b4 = Mul a b3").node("b = Mul b4 half")
                .node("c1 = Div b root").node("c2 = Erf c1").node("c3 = Add c2 one").node("c4 = Mul half c3").node("c = Mul b c4")
                .node("d1 = Sigmoid c").node("d = Mul c d1")
                .node("e1 = Add d three").node("e2 = Clip e1 zero six").node("e3 = Mul d e2").node("e = Div e3 six")
                .node("f1 = Add e three").node("f2 = Clip f1 zero six").node("f = Mul f2 sixth")
                .node("l = Transpose f perm=0,2,3,1").node("m = ReduceMean l axes=-1,").node("n = Sub l m").node("o = Pow n two").node("p = ReduceMean o axes=-1,")
                .node("q = Add p eps").node("r = Sqrt q").node("s = Div n r").node("t = Mul s g").node("u = Add t h").node("v = Transpose u perm=0,3,1,2")
                .node("z = GlobalAveragePool v").node("y = Flatten z").write(folder.resolve("spelt.onnx"), "y"));
        assertThat(network.block().nodes().stream().map(node -> node.is().name())).containsExactly("CONVOLUTION", "GELU", "GELU", "SILU", "HARD_SWISH",
                "HARD_SIGMOID", "LAYER_NORM", "GLOBAL_AVERAGE_POOL");
    }

    /** With a power as in GPT-2, and with products as PyTorch's older exporter writes it, in the other order; a factor that is another is none. */
    @Test
    void geluOfAHyperbolicTangent() throws IOException {
        ImportedNetwork network = same(new SourceFile("x", 3, 6, 6).weights("w", 4, 3, 3, 3).number("root", Math.sqrt(2 / Math.PI)).number("one", 1)
                .number("half", .5).number("bend", 0.044715).number("three", 3).node("a = Conv x w")
                .node("b1 = Pow a three").node("b2 = Mul b1 bend").node("b3 = Add a b2").node("b4 = Mul b3 root").node("b5 = Tanh b4").node("b6 = Add b5 one")
                .node("b7 = Mul a half").node("b = Mul b7 b6")
                .node("c1 = Mul b b").node("c2 = Mul b c1").node("c3 = Mul bend c2").node("c4 = Add c3 b").node("c5 = Mul root c4").node("c6 = Tanh c5")
                .node("c7 = Add one c6").node("c8 = Mul b c7").node("c = Mul half c8")
                .node("z = GlobalAveragePool c").node("y = Flatten z").write(folder.resolve("tanh.onnx"), "y"));
        assertThat(network.block().nodes().stream().map(node -> node.is().name())).containsExactly("CONVOLUTION", "BATCH_NORM", "GELU_TANH", "GELU_TANH", "GLOBAL_AVERAGE_POOL");
        Path other = new SourceFile("x", 3, 6, 6).weights("w", 4, 3, 3, 3).number("root", Math.sqrt(2 / Math.PI)).number("one", 1).number("half", .5)
                .number("bend", 0.05).number("three", 3).node("a = Conv x w").node("b1 = Pow a three").node("b2 = Mul b1 bend").node("b3 = Add a b2")
                .node("b4 = Mul b3 root").node("b5 = Tanh b4").node("b6 = Add b5 one").node("b7 = Mul a half").node("b = Mul b7 b6")
                .node("z = GlobalAveragePool b").node("y = Flatten z").write(folder.resolve("bent.onnx"), "y");
        assertThatThrownBy(() -> same(other)).hasMessageContaining("(Pow) has no operator here");
    }

    /** Channels last, as ConvNeXt has its perceptrons, and flattened so, as tf2onnx leaves what Keras flattens. */
    @Test
    void channelsThatAreLast() throws IOException {
        same(new SourceFile("x", 3, 5, 4).weights("w", 4, 3, 3, 3).weights("g", 4).weights("h", 4).weights("m", 4, 6).weights("n", 6).weights("s", 6).weights("k", 120, 7)
                .node("a = Conv x w pads=1,1,1,1").node("b = Transpose a perm=0,2,3,1").node("c = LayerNormalization b g h axis=-1").node("d = MatMul c m")
                .node("e = Add d n").node("f = Relu e").node("i = Mul f s").node("j = Concat i f axis=3").longs("to", 0, -1).node("r = ReduceMean f axes=1,2 keepdims=1")
                .node("t = Sigmoid r").node("u = Mul f t").node("l = Reshape u to").node("o = Relu l").node("y = MatMul o k").write(folder.resolve("last.onnx"), "y"));
    }

    /** Computed in float16 at first, then with weights that are stored in bfloat16. */
    @Test
    void halfPrecision() throws IOException {
        Path file = new SourceFile("x", 3, 6, 6).half("w", 10, 4, 3, 3, 3).half("d", 16, 5, 4).half("e", 16, 5).node("a = Cast x to=10").node("b = Conv a w")
                .node("c = Relu b").node("f = GlobalAveragePool c").node("g = Flatten f").node("i = Cast g to=1").node("j = Cast d to=1").node("k = Cast e to=1")
                .node("y = Gemm i j k transB=1").write(folder.resolve("half.onnx"), "y");
        ImportedNetwork network = same(file);
        assertThat(network.notes()).isEmpty();
        Tensor images = random(network.input().shape());
        try (OnnxSession wide = ImportedNetwork.session(file); OnnxSession own = OnnxSession.open(file, true, 1)) {
            assertThat(wide.run(images).data()).usingComparatorWithPrecision(2e-2f).containsExactly(own.run(images).data());
        }
    }

    /** As quantize_static of onnxruntime writes it: what a ReLU cuts off has no code any more. */
    @Test
    void signalsThatAreRounded() throws IOException {
        Path file = new SourceFile("x", 3, 6, 6).codes("w", 4, 3, 3, 3).number("ws", 0.01).code("wz", 3, 0).number("s", 0.05).code("z", 2, 128).number("t", 0.1)
                .code("u", 2, 0).node("q = QuantizeLinear x s z").node("a = DequantizeLinear q s z").node("v = DequantizeLinear w ws wz").node("b = Conv a v")
                .node("r = QuantizeLinear b t u").node("c = DequantizeLinear r t u").node("d = GlobalAveragePool c").node("y = Flatten d")
                .write(folder.resolve("codes.onnx"), "y");
        ImportedNetwork network = same(file);
        assertThat(network.notes()).singleElement().asString().startsWith("the source rounds 2 signals to codes");
        assertThat(network.block().nodes().stream().map(node -> node.is().name())).contains("RELU");
        Tensor images = random(network.input().shape());
        try (OnnxSession real = ImportedNetwork.session(file); OnnxSession own = OnnxSession.open(file, true, 1)) {
            assertThat(real.run(images).data()).usingComparatorWithPrecision(.1f).containsExactly(own.run(images).data());
        }
    }

    /** A GELU with a rounding behind each of its nodes and constants, in which zero is the least code of what is never below zero. */
    @Test
    void roundingsWithinAPattern() throws IOException {
        ImportedNetwork network = same(new SourceFile("x", 3, 6, 6).weights("w", 4, 3, 3, 3).number("s", 0.02).code("z", 2, 120).number("t", 0.01).code("u", 2, 0)
                .number("root", (float) Math.sqrt(2)).number("one", 1).number("half", 0.5).number("os", 1 / 255f)
                .node("c = Conv x w").node("cq = QuantizeLinear c s z").node("cd = DequantizeLinear cq s z").node("e = Div cd root").node("f = Erf e")
                .node("fq = QuantizeLinear f t z").node("fd = DequantizeLinear fq t z").node("oq = QuantizeLinear one os u").node("od = DequantizeLinear oq os u")
                .node("g = Add fd od").node("gq = QuantizeLinear g t u").node("gd = DequantizeLinear gq t u").node("h = Mul gd half").node("hq = QuantizeLinear h t u")
                .node("hd = DequantizeLinear hq t u").node("i = Mul cd hd").node("j = GlobalAveragePool i").node("k = Flatten j").node("kq = QuantizeLinear k s z")
                .node("y = DequantizeLinear kq s z").write(folder.resolve("gelu.onnx"), "y"));
        assertThat(network.block().nodes().stream().map(node -> node.is().name())).contains("GELU").doesNotContain("RELU");
        assertThat(network.notes()).singleElement().asString().startsWith("the source rounds 6 signals to codes");
    }

    /** As tf2onnx leaves it of a Keras network with padded strides, an unfused batch norm and a flattened image. */
    @Test
    void networksOfTensorFlow() throws IOException {
        same(new SourceFile("x", 3, 8, 8).weights("w", 4, 3, 3, 3).weights("b", 4).weights("v", 4, 1, 3, 3).weights("s", 1, 4, 1, 1).weights("t", 1, 4, 1, 1).weights("k", 16, 10)
                .weights("l", 10).longs("to", -1, 16).number("zero", 0).number("six", 6).node("c = Conv x w b auto_pad=SAME_UPPER strides=2,2").node("r = Clip c zero six")
                .node("d = Conv r v auto_pad=SAME_UPPER strides=2,2 group=4").node("e = Mul d s").node("f = Add e t").node("g = Relu f").node("i = Transpose g perm=0,2,3,1")
                .node("j = Reshape i to").node("m = MatMul j k").node("n = Add m l").node("y = Softmax n axis=1").write(folder.resolve("keras.onnx"), "y"));
    }

    /** As skl2onnx writes a perceptron: scaled columns, products, sums and activations. */
    @Test
    void perceptrons() throws IOException {
        same(new SourceFile("X", 6).weights("o", 6).weights("p", 6).weights("c0", 6, 8).weights("i0", 1, 8).weights("c1", 8, 5).weights("i1", 1, 5)
                .weights("c2", 5, 3).weights("i2", 1, 3)
                .node("a = Sub X o").node("b = Div a p").node("c = Cast b to=1").node("d = MatMul c c0").node("e = Add d i0").node("f = Tanh e").node("g = MatMul f c1")
                .node("h = Add g i1").node("i = Relu h").node("j = MatMul i c2").node("k = Add j i2").node("y = Softmax k axis=1").write(folder.resolve("mlp.onnx"), "y"));
    }

    @Test
    void factorsAndShiftsByChannel() throws IOException {
        same(new SourceFile("x", 3, 6, 6).weights("w", 4, 3, 3, 3).weights("m", 1, 3, 1, 1).weights("s", 3, 1, 1).weights("f", 4, 1, 1).weights("g", 1, 4, 1, 1)
                .weights("one", 1).weights("d", 5, 4).weights("e", 5).weights("k", 1, 5)
                .node("a = Sub x m").node("b = Div a s").node("c = Conv b w").node("d1 = Mul c f").node("e1 = Add d1 g").node("h = Relu e1").node("i = Mul h g")
                .node("j = Add f i").node("k1 = Mul j one").node("l = GlobalAveragePool k1").node("n = Flatten l").node("o = Gemm n d transB=1").node("p = Mul o e")
                .node("y = Add p k").write(folder.resolve("scale.onnx"), "y"));
    }

    /** Over rows otherwise than over columns, as readers of text have them; and hard sigmoids of another slope. */
    @Test
    void unequalWindows() throws IOException {
        ImportedNetwork network = same(new SourceFile("x", 3, 9, 8).weights("w", 4, 3, 3, 3).weights("v", 4, 1, 1, 5).weights("u", 4, 4, 3, 1).weights("k", 4, 4, 1, 1)
                .weights("b", 4).node("a = Conv x w strides=2,1 pads=1,1,1,1").node("c = HardSigmoid a alpha=0.3 beta=0.4").node("d = Conv c v group=4 pads=0,2,0,2 strides=1,2")
                .node("e = MaxPool d kernel_shape=2,1 strides=1,1").node("f = AveragePool e kernel_shape=1,2").node("g = Conv f u auto_pad=SAME_UPPER strides=2,1")
                .node("h = GlobalAveragePool g").node("i = Conv h k b").node("j = HardSigmoid i").node("l = Mul g j").node("m = GlobalAveragePool l").node("y = Flatten m")
                .write(folder.resolve("unequal.onnx"), "y"));
        assertThat(network.tensors().values()).anyMatch(tensor -> Arrays.equals(tensor.shape(), new int[] {4, 1, 1, 5}));
    }

    /** On an image, a row of it, and a sequence, behind class tokens, and without. */
    @Test
    void constantsForEachPosition() throws IOException {
        same(new SourceFile("x", 3, 4, 5).weights("image", 1, 3, 4, 5).weights("rows", 4, 1).weights("w", 6, 3, 2, 2).longs("to", 0, 6, 12).weights("cls", 1, 2, 6)
                .weights("steps", 14, 6).weights("more", 1, 14, 1).weights("v", 6, 7)
                .longs("index", 1).longs("zero", 0).longs("tail", 2, 6).node("s = Shape x")
                .node("n = Gather s zero").node("all = Concat n tail axis=0").node("tokens = Expand cls all")
                .node("a = Add x image").node("b = Sub a rows").node("c = Conv b w").node("d = Reshape c to").node("e = Transpose d perm=0,2,1").node("f = Concat tokens e axis=1")
                .node("g = Add f steps").node("h = Add g more").node("i = Gather h index axis=1").node("y = MatMul i v")
                .write(folder.resolve("positions.onnx"), "y"));
    }

    /** The operator of opset 23, as PyTorch writes it since. */
    @ParameterizedTest
    @CsvSource({"0", "1"})
    void attentionIsAnOperatorOfLaterOpsets(int causal) throws IOException {
        Path file = new SourceFile("x", 3, 4, 4).opset(23).weights("u", 8, 3, 1, 1).weights("v", 8, 3, 1, 1).weights("w", 6, 3, 1, 1).weights("o", 6, 5)
                .longs("to", 0, 2, 4, 16).longs("values", 0, 2, 3, 16).longs("back", 0, 16, 6).longs("index", 1)
                .node("a = Conv x u").node("b = Conv x v").node("c = Conv x w").node("d = Reshape a to").node("e = Reshape b to").node("f = Reshape c values")
                .node("q = Transpose d perm=0,1,3,2").node("k = Transpose e perm=0,1,3,2").node("g = Transpose f perm=0,1,3,2")
                .node("h = Attention q k g is_causal=" + causal).node("i = Transpose h perm=0,2,1,3").node("j = Reshape i back").node("l = Gather j index axis=1")
                .node("y = MatMul l o").write(folder.resolve("attention.onnx"), "y");
        if (causal == 1) {
            assertThatThrownBy(() -> ImportedNetwork.read(file, Optional.empty(), Optional::empty)).hasMessageContaining(
                    "node '/h/Attention' (Attention) is an attention with a mask, a memory or a cap, or of another rank than 4");
            return;
        }
        assertThat(same(file).block().nodes().stream().map(node -> node.is().name())).contains("ATTENTION");
    }

    @Test
    void rowsStayRows() throws IOException {
        ImportedNetwork network = same(new SourceFile("float_input:0", 6).weights("m", 6).weights("s", 1, 6).weights("w", 6, 7).weights("v", 7, 3)
                .node("a = Sub float_input:0 m").node("b = Div a s").node("c = MatMul b w").node("d = Relu c").node("495 = MatMul d v").says("author", "A. Nonymous")
                .write(folder.resolve("rows.onnx"), "495"));
        assertThat(network.input().name()).isEqualTo("float_input:0");
        assertThat(network.input().features()).contains(6);
        assertThat(network.output()).isEqualTo("495");
        assertThat(network.metadata()).containsEntry("author", "A. Nonymous");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "y = AveragePool x kernel_shape=3,3 strides=2,2 ceil_mode=1 count_include_pad=1 | node '/y/AveragePool' (AveragePool) pads its sides unequally, as it rounds the size of its result up (ceil_mode)",
        "y = Erf x | node '/y/Erf' (Erf) has no operator here",
        "y = QLinearConv x | node '/y/QLinearConv' (QLinearConv) computes with codes. Maybe write the file with quant_format=QuantFormat.QDQ, or take that of before it was quantised?",
        "y = If x then_branch={} | node '/y/If' (If) has a graph of its own; control flow is not read",
        "y = Conv x rect dilations=2,1 pads=0,0,1,0 | node '/y/Conv' (Conv) has a window of [3, 1] and begins 0 pixels before the rows; no window with as many zeros behind gives as much",
        "y = Transpose x perm=0,3,1,2 | node '/y/Transpose' (Transpose) takes images whose channels are last. Maybe export it with channels first, as tf2onnx does with --inputs-as-nchw?",
        "y = Transpose x perm=0,3,2,1 | its output 'y' has its channels last, or numbers in another order; only what is flat, or has channels first, is read",
        "y = Mul x image | node '/y/Mul' (Mul) takes a constant of [6, 6] for [1, 3, 6, 6]; one for each channel is read",
        "y = Div each x | node '/y/Div' (Div) has the constant in front"})
    void whatIsNotReadIsNamed(String node, String message) throws IOException {
        Path file = new SourceFile("x", 3, 6, 6).weights("rect", 2, 3, 3, 1).weights("image", 6, 6).weights("each", 3, 1, 1).node(node).write(folder.resolve("no.onnx"), "y");
        assertThatThrownBy(() -> ImportedNetwork.read(file, Optional.empty(), Optional::empty)).isInstanceOf(IOException.class).hasMessage(file + ": " + message);
    }

    @Test
    void othersAreCounted() throws IOException {
        Path file = new SourceFile("x", 3, 6, 6).node("a = Erf x").node("b = Erf x").node("c = Ceil x").node("d = Add a b").node("y = Add d c")
                .write(folder.resolve("no.onnx"), "y");
        assertThatThrownBy(() -> ImportedNetwork.read(file, Optional.empty(), Optional::empty))
                .hasMessage(file + ": node '/a/Erf' (Erf) has no operator here; nor can others be read: in all 2 Erf, 1 Ceil");
    }

    @Test
    void paddedImagesGoIntoWindowsOnly() throws IOException {
        Path file = new SourceFile("x", 3, 6, 6).longs("p", 0, 0, 1, 1, 0, 0, 1, 1).node("a = Pad x p").node("y = Relu a").write(folder.resolve("no.onnx"), "y");
        assertThatThrownBy(() -> ImportedNetwork.read(file, Optional.empty(), Optional::empty))
                .hasMessageContaining("node '/y/Relu' (Relu) takes a padded image; padding is read before convolutions and poolings");
    }

    @Test
    void openExtentsAreAskedFor() throws IOException {
        Path file = new SourceFile("x", 3, 0, 0).weights("w", 4, 3, 3, 3).node("a = Conv x w").node("b = GlobalAveragePool a").node("y = Flatten b")
                .write(folder.resolve("open.onnx"), "y");
        assertThatThrownBy(() -> ImportedNetwork.read(file, Optional.empty(), Optional::empty)).isInstanceOf(IOException.class)
                .hasMessage(file + ": its input 'x' leaves dimension 2 open ('open'). Maybe --shape 3x224x224?");
        assertThat(ImportedNetwork.read(file, Optional.of(new int[] {3, 7, 9}), Optional::empty).input().shape()).isEqualTo(Shape.image(3, 7, 9));
        assertThatThrownBy(() -> ImportedNetwork.read(file, Optional.of(new int[] {1, 7, 9}), Optional::empty)).hasMessageContaining("has 3 in dimension 1, not 1");
    }

    @ParameterizedTest
    @CsvSource({"8, it is of opset 8; 9 to 25 are read", "26, it is of opset 26; 9 to 25 are read"})
    void otherOpsetsAreRefused(int opset, String message) throws IOException {
        Path file = new SourceFile("x", 3, 6, 6).opset(opset).node("y = Relu x").write(folder.resolve("opset.onnx"), "y");
        assertThatThrownBy(() -> ImportedNetwork.read(file, Optional.empty(), Optional::empty)).isInstanceOf(IOException.class)
                .hasMessage(file + ": " + message + ". Maybe export it with opset_version=17?");
    }

    @Test
    void dataBesideTheFileMustBeThere() throws IOException {
        byte[] whole = Files.readAllBytes(new SourceFile("x", 3, 6, 6).weights("w", 4, 3, 3, 3).node("y = Conv x w").write(folder.resolve("whole.onnx"), "y"));
        var model = ai.onnx.proto.OnnxMl.ModelProto.parseFrom(whole).toBuilder();
        var tensor = model.getGraphBuilder().getInitializerBuilder(0).clearFloatData().setDataLocation(ai.onnx.proto.OnnxMl.TensorProto.DataLocation.EXTERNAL);
        tensor.addExternalDataBuilder().setKey("location").setValue("weights.bin");
        Path file = Files.write(folder.resolve("out.onnx"), model.build().toByteArray());
        assertThatThrownBy(() -> ImportedNetwork.read(file, Optional.empty(), Optional::empty)).isInstanceOf(IOException.class)
                .hasMessage(file + ": 'w' lies in " + folder.resolve("weights.bin") + ", which is missing. Maybe copy it beside the network?");
        Files.write(folder.resolve("weights.bin"), Arrays.copyOf(whole, 100));
        assertThatThrownBy(() -> ImportedNetwork.read(file, Optional.empty(), Optional::empty)).isInstanceOf(IOException.class).hasMessageStartingWith(file + ": 'w' is of shape");
    }
}
