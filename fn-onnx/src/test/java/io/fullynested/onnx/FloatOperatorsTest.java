package io.fullynested.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fullynested.api.graph.Activate;
import io.fullynested.api.graph.Activation;
import io.fullynested.api.graph.Add;
import io.fullynested.api.graph.AveragePool;
import io.fullynested.api.graph.BatchNorm;
import io.fullynested.api.graph.Concat;
import io.fullynested.api.graph.Convolution;
import io.fullynested.api.graph.Dense;
import io.fullynested.api.graph.Flatten;
import io.fullynested.api.graph.GlobalAveragePool;
import io.fullynested.api.graph.LayerNorm;
import io.fullynested.api.graph.MaxPool;
import io.fullynested.api.graph.Multiply;
import io.fullynested.api.graph.Normalize;
import io.fullynested.api.graph.Permute;
import io.fullynested.api.graph.Resize;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.graph.Slice;
import io.fullynested.api.graph.Softmax;
import io.fullynested.api.graph.Weight;
import io.fullynested.api.graph.Window;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.interpreter.EjmlInterpreter;
import io.fullynested.core.model.Model;
import io.fullynested.core.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every operator on its own: what onnxruntime computes is what the reference engine computes. */
class FloatOperatorsTest {

    static final Provenance NOWHERE = new Provenance("0", "test", new SubmodelSpec(Map.of()), Map.of(), Map.of(), List.of());

    private static final Shape IMAGE = Shape.image(8, 7, 6);
    private static final Shape FLAT = Shape.flat(8);
    private final SmallGraph image = new SmallGraph(IMAGE);
    private final SmallGraph flat = new SmallGraph(FLAT);

    private static void agrees(SmallGraph small) {
        Model model = small.model();
        Tensor images = small.batch(5);
        Tensor expected = new EjmlInterpreter().run(model, images);
        assertThat(expected.data()).doesNotContain(Float.NaN);
        byte[] file = new OnnxExporter(Format.FLOAT32).export(model, NOWHERE).bytes();
        assertThat(new OnnxVerifier(1).compare(file, images, expected).worst().maxAbsDiff()).isLessThan(3e-6);
        byte[] halves = new OnnxExporter(Format.FLOAT16).export(model, NOWHERE).bytes();
        assertThat(new OnnxVerifier(1).compare(halves, images, expected).worst().maxAbsDiff()).isLessThan(2e-2);
    }

    @Test
    void normalize() {
        image.node("normalize", new Normalize(image.uniform("mean", 0, 1, 8), image.uniform("deviation", 0.5f, 1, 8)), IMAGE, 0);
        agrees(image);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void convolution(boolean bias) {
        Window window = new Window(3, 2, 2, 2);
        image.node("conv", new Convolution(image.weight("weight", Weight.FLOAT, 6, 4, 3, 3),
                bias ? Optional.of(image.uniform("bias", -1, 1, 6)) : Optional.empty(), window, 2), Shape.image(6, window.apply(7), window.apply(6)), 0);
        agrees(image);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void dense(boolean bias) {
        flat.node("dense", new Dense(flat.weight("weight", Weight.FLOAT, 5, 8),
                bias ? Optional.of(flat.uniform("bias", -1, 1, 5)) : Optional.empty()), Shape.flat(5), 0);
        agrees(flat);
    }

    @Test
    void batchNorm() {
        for (SmallGraph small : List.of(image, flat)) {
            small.node("norm", new BatchNorm(small.uniform("gamma", -1, 1, 8), small.uniform("beta", -1, 1, 8),
                    small.uniform("mean", -1, 1, 8), small.uniform("variance", 0.1f, 1, 8), 1e-3), small == image ? IMAGE : FLAT, 0);
            agrees(small);
        }
    }

    @Test
    void layerNorm() {
        for (SmallGraph small : List.of(image, flat, new SmallGraph(Shape.sequence(8, 5)))) {
            Shape shape = small.model().graph().sample();
            small.node("norm", new LayerNorm(small.uniform("gamma", -1, 1, 8), small.uniform("beta", -1, 1, 8), 1e-5), shape, 0);
            agrees(small);
        }
    }

    @Test
    void resize() {
        image.node("resize", new Resize(2, 3), Shape.image(8, 14, 18), 0);
        agrees(image);
        SmallGraph sequence = new SmallGraph(Shape.sequence(8, 5));
        sequence.node("resize", new Resize(1, 2), Shape.sequence(8, 10), 0);
        agrees(sequence);
    }

    @ParameterizedTest
    @EnumSource
    void activations(Activation function) {
        // wide enough to reach the bends at −3, 3 and 6
        int wide = image.node("wide", new Normalize(image.uniform("mean", -1, 1, 8), image.uniform("deviation", 0.1f, 0.2f, 8)), IMAGE, 0);
        image.node("activate", new Activate(function), IMAGE, wide);
        agrees(image);
        assertThat(new OnnxExporter(Format.FLOAT32).export(image.model(), NOWHERE).proto().getOpsetImport(0).getVersion())
                .isEqualTo(function == Activation.HARD_SWISH ? 14 : 13);
    }

    @Test
    void addAndMultiply() {
        int relu = image.node("relu", new Activate(Activation.RELU), IMAGE, 0);
        int sum = image.node("sum", new Add(), IMAGE, 0, relu);
        image.node("product", new Multiply(), IMAGE, sum, relu);
        agrees(image);
    }

    @Test
    void multiplyByAFlatGate() {
        int gate = image.node("gate", new GlobalAveragePool(), FLAT, 0);
        image.node("product", new Multiply(), IMAGE, 0, gate);
        agrees(image);
    }

    @Test
    void concatAndSlice() {
        int part = image.node("part", new Slice(2, 5), Shape.image(3, 7, 6), 0);
        image.node("concat", new Concat(), Shape.image(14, 7, 6), part, 0, part);
        agrees(image);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0 4 1 5 2 6 3 7", "0 2 4 6 1 3 5 7", "7 0 1 2 3 4 5 6", "0 1 2 3 4 5 6 7"})
    void permute(String order) {
        image.node("shuffle", new Permute(List.of(order.split(" ")).stream().map(Integer::valueOf).toList()), IMAGE, 0);
        agrees(image);
    }

    @Test
    void permuteFlat() {
        flat.node("shuffle", new Permute(List.of(0, 4, 1, 5, 2, 6, 3, 7)), FLAT, 0);
        agrees(flat);
    }

    @Test
    void maxPool() {
        Window window = new Window(3, 2, 1, 1);
        image.node("pool", new MaxPool(window), Shape.image(8, window.apply(7), window.apply(6)), 0);
        agrees(image);
    }

    @Test
    void averagePoolCountsPaddedZeros() {
        Window window = new Window(3, 2, 1, 1);
        image.node("pool", new AveragePool(window), Shape.image(8, window.apply(7), window.apply(6)), 0);
        agrees(image);
    }

    @Test
    void averagePoolWithDilationIsRefused() {
        image.node("pool", new AveragePool(new Window(2, 1, 0, 2)), Shape.image(8, 5, 4), 0);
        assertThatThrownBy(() -> new OnnxExporter(Format.FLOAT32).export(image.model(), NOWHERE))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("pool has dilation 2");
    }

    @Test
    void globalAveragePool() {
        image.node("pool", new GlobalAveragePool(), FLAT, 0);
        agrees(image);
    }

    @Test
    void flattenAndSoftmax() {
        int features = image.node("flatten", new Flatten(), Shape.flat(8 * 7 * 6), 0);
        image.node("softmax", new Softmax(), Shape.flat(8 * 7 * 6), features);
        agrees(image);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void clips(boolean signed) {
        image.quantize(Weight.FLOAT, signed, 0.7f, 0);
        agrees(image);
        flat.quantize(Weight.FLOAT, signed, 0.7f, 0);
        agrees(flat);
    }

    @Test
    void numbersBeyondFloat16AreRefused() {
        image.node("normalize", new Normalize(image.uniform("mean", 0, 1, 8), image.uniform("deviation", 7e4f, 8e4f, 8)), IMAGE, 0);
        assertThatThrownBy(() -> new OnnxExporter(Format.FLOAT16).export(image.model(), NOWHERE)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("deviation").hasMessageContaining("is beyond float16, whose greatest number is 65504");
    }

    @Test
    void roundingASignalIsRefused() {
        image.quantize(4, true, 1, 0);
        assertThatThrownBy(() -> new OnnxExporter(Format.FLOAT32).export(image.model(), NOWHERE))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("input/quantize").hasMessageContaining("4 bits");
    }

    @Test
    void namesOfTheFileInTheGraphAreNoTrouble() {
        int relu = image.node("logits", new Activate(Activation.RELU), IMAGE, 0);
        image.node("logits_2", new Add(), IMAGE, relu, 0);
        agrees(image);
    }
}
