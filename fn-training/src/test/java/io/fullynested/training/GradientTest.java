package io.fullynested.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fullynested.api.graph.Activate;
import io.fullynested.api.graph.Activation;
import io.fullynested.api.graph.Add;
import io.fullynested.api.graph.AveragePool;
import io.fullynested.api.graph.Concat;
import io.fullynested.api.graph.Convolution;
import io.fullynested.api.graph.Dense;
import io.fullynested.api.graph.Flatten;
import io.fullynested.api.graph.GlobalAveragePool;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.IndexRanges;
import io.fullynested.api.graph.MaxPool;
import io.fullynested.api.graph.Multiply;
import io.fullynested.api.graph.Normalize;
import io.fullynested.api.graph.Operator;
import io.fullynested.api.graph.Permute;
import io.fullynested.api.graph.Resize;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.graph.Slice;
import io.fullynested.api.graph.Softmax;
import io.fullynested.api.graph.Weight;
import io.fullynested.api.graph.Window;
import io.fullynested.core.interpreter.EjmlInterpreter;
import io.fullynested.core.model.MasterParameter.Role;
import io.fullynested.core.model.Model;
import io.fullynested.core.quantize.MidRise;
import io.fullynested.core.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Gradients of the masters against central differences of the reference interpreter. */
class GradientTest {

    private static final float STEP = 2e-3f;
    private static final int CHANNELS = 4;
    private static final Shape IMAGE = Shape.image(CHANNELS, 5, 5);
    private static final IndexRanges ONE = IndexRanges.prefix(1);
    private static final IndexRanges THREE = IndexRanges.prefix(3);

    @TestFactory
    Stream<DynamicTest> everyOperator() {
        Map<String, Supplier<TinyNet>> nets = new LinkedHashMap<>();
        nets.put("convolution", () -> behind(net -> net.add(new Convolution(net.weight("w", Weight.FLOAT, new int[] {6, 5, 3, 3},
                IndexRanges.of(1, 4), IndexRanges.of(0, 2).append(3, IndexRanges.prefix(2)), THREE, THREE),
                Optional.of(net.vector("b", Role.BIAS, 3)), new Window(3, 2, 1, 1), 1), Shape.image(3, 3, 3))));
        nets.put("convolution in groups, dilated", () -> behind(net -> net.add(new Convolution(net.weight("w", Weight.FLOAT,
                new int[] {6, 3, 3, 3}, IndexRanges.prefix(2).append(3, IndexRanges.prefix(2)), IndexRanges.prefix(2), THREE, THREE),
                Optional.empty(), new Window(3, 1, 2, 2), 2), Shape.image(4, 5, 5))));
        nets.put("convolution of each channel, dilated", () -> behind(net -> net.add(new Convolution(net.weight("w", Weight.FLOAT,
                new int[] {6, 1, 3, 3}, IndexRanges.prefix(CHANNELS), ONE, THREE, THREE), Optional.empty(), new Window(3, 1, 2, 2), CHANNELS), IMAGE)));
        nets.put("convolution of each channel, dilated, strided", () -> behind(net -> net.add(new Convolution(net.weight("w", Weight.FLOAT,
                new int[] {6, 1, 3, 3}, IndexRanges.prefix(CHANNELS), ONE, THREE, THREE), Optional.empty(), new Window(3, 2, 2, 2), CHANNELS),
                Shape.image(CHANNELS, 3, 3))));
        nets.put("strided convolution of one pixel", () -> behind(net -> net.add(strided(net), Shape.image(2, 3, 3))));
        nets.put("dense", () -> behind(net -> net.add(new GlobalAveragePool(), Shape.flat(CHANNELS)).add(new Dense(
                net.weight("w", Weight.FLOAT, new int[] {7, 5}, IndexRanges.prefix(6), IndexRanges.prefix(CHANNELS)),
                Optional.of(net.vector("b", Role.BIAS, 6))), Shape.flat(6))));
        nets.put("batch norm", () -> behind(net -> net.add(net.batchNorm("norm", CHANNELS), IMAGE)));
        nets.put("batch norm of a whole vector", () -> {
            TinyNet net = TinyNet.behindConvolution(8);
            return net.add(net.batchNorm("norm", 8), Shape.image(8, 5, 5));
        });
        nets.put("flat batch norm", () -> behind(net -> net.add(new Flatten(), Shape.flat(100))
                .add(net.batchNorm("norm", 100), Shape.flat(100))));
        for (Activation function : Activation.values()) {
            nets.put(function.name(), () -> behind(net -> net.add(new Activate(function), IMAGE)));
        }
        nets.put("add", () -> behind(net -> net.add(new Activate(Activation.SIGMOID), IMAGE).add(new Add(), IMAGE, 1, 2)));
        nets.put("multiply", () -> behind(net -> net.add(new Activate(Activation.SIGMOID), IMAGE).add(new Multiply(), IMAGE, 1, 2)));
        nets.put("gate", () -> behind(net -> net.add(new GlobalAveragePool(), Shape.flat(CHANNELS)).add(new Multiply(), IMAGE, 1, 2)));
        nets.put("concat, slice, permute", () -> behind(net -> net.add(new Slice(1, 3), Shape.image(2, 5, 5))
                .add(new Concat(), Shape.image(6, 5, 5), 2, 1).add(new Permute(List.of(5, 0, 3, 1, 4, 2)), Shape.image(6, 5, 5))));
        nets.put("max pool", () -> behind(net -> net.add(new MaxPool(new Window(3, 2, 1, 1)), Shape.image(CHANNELS, 3, 3))));
        nets.put("average pool", () -> behind(net -> net.add(new AveragePool(new Window(3, 2, 1, 1)), Shape.image(CHANNELS, 3, 3))));
        nets.put("dilated average pool", () -> behind(net -> net.add(new AveragePool(new Window(2, 1, 1, 2)), Shape.image(CHANNELS, 5, 5))));
        nets.put("layer norm", () -> behind(net -> net.add(net.layerNorm("norm", CHANNELS), IMAGE)));
        nets.put("flat layer norm", () -> behind(net -> net.add(new Flatten(), Shape.flat(100)).add(net.layerNorm("norm", 100), Shape.flat(100))));
        nets.put("resize", () -> behind(net -> net.add(new Resize(2, 3), Shape.image(CHANNELS, 10, 15))));
        nets.put("global average pool", () -> behind(net -> net.add(new GlobalAveragePool(), Shape.flat(CHANNELS))));
        nets.put("flatten, softmax", () -> behind(net -> net.add(new Flatten(), Shape.flat(100)).add(new Softmax(), Shape.flat(100))));
        nets.put("normalize", () -> behind(net -> net.add(new Normalize(net.master("mean", Role.INPUT_MEAN, new int[] {CHANNELS},
                IndexRanges.prefix(CHANNELS)), net.master("deviation", Role.INPUT_DEVIATION, new int[] {CHANNELS}, IndexRanges.prefix(CHANNELS))), IMAGE)));
        nets.put("sum with a function behind it", () -> behind(net -> net.add(net.batchNorm("norm", CHANNELS), IMAGE).add(new Activate(Activation.RELU), IMAGE)
                .add(net.batchNorm("another", CHANNELS), IMAGE).add(new Add(), IMAGE, 3, 4).add(new Activate(Activation.RELU6), IMAGE)));
        return nets.entrySet().stream().flatMap(entry -> Stream.of(
                DynamicTest.dynamicTest(entry.getKey(), () -> check(entry.getValue().get(), LearningPass::byAutograd)),
                DynamicTest.dynamicTest(entry.getKey() + " by kernels", () -> {
                    FusedPassTest.assumeKernels();
                    check(entry.getValue().get(), FusedPass::new);
                })));
    }

    private static Operator strided(TinyNet net) {
        return new Convolution(net.weight("w", Weight.FLOAT, new int[] {3, 5, 1, 1}, IndexRanges.prefix(2), IndexRanges.prefix(CHANNELS),
                ONE, ONE), Optional.empty(), new Window(1, 2, 0, 1), 1);
    }

    /** Another layout is right as well, but makes everything before it twice as slow. */
    @Test
    void gradientOfAStridedConvolutionStaysChannelsLast() {
        LibTorch.load(1);
        TinyNet net = new TinyNet(IMAGE);
        net.add(strided(net), Shape.image(2, 3, 3));
        Tensor images = net.images(4);
        try (PointerScope scope = new PointerScope()) {
            assertThat(scope).isNotNull();
            org.bytedeco.pytorch.Tensor x = LibTorch.images(images.data(), 0, 4, CHANNELS, 5, 5).set_requires_grad(true);
            // of a leaf it would be copied into the leaf's layout
            org.bytedeco.pytorch.Tensor seen = x.mul(x);
            org.bytedeco.pytorch.Tensor result = new ForwardPass(net.graph(), new FixedOperands(net.graph(), TinyNet.parameters(net.values()), TorchDevice.CPU),
                    Normalization.batch()).run(List.of(new org.bytedeco.pytorch.Tensor(seen)));
            org.bytedeco.pytorch.Tensor gradient = torch.grad(new TensorVector(result.sum()), new TensorVector(seen)).get(0);
            assertThat(gradient.stride(1)).isEqualTo(1);
            assertThat(gradient.stride(3)).isEqualTo(CHANNELS);
        }
    }

    private interface Part {
        TinyNet add(TinyNet net);
    }

    private static TinyNet behind(Part part) {
        return part.add(TinyNet.behindConvolution(CHANNELS));
    }

    private static void check(TinyNet net, BiFunction<Graph, TrainedOperands, LearningPass> passes) {
        Tensor images = net.images(4);
        Tensor output = net.graph().output().shape().flat() ? Tensor.zeros(4, net.graph().output().shape().channels())
                : Tensor.zeros(4, net.graph().output().shape().elements());
        float[] direction = TinyNet.random(new SplittableRandom(3), output.shape()).data();
        Map<String, float[]> gradients = gradients(net, images, direction, passes);
        gradients.forEach((name, gradient) -> {
            float[] master = net.values().get(name).data();
            for (int i = 0; i < master.length; i += Math.max(1, master.length / 40)) {
                float before = master[i];
                master[i] = before + STEP;
                double above = value(net, images, direction);
                master[i] = before - STEP;
                double below = value(net, images, direction);
                float width = (before + STEP) - (before - STEP);
                master[i] = before;
                double expected = (above - below) / width;
                assertThat((double) gradient[i]).as(name + "[" + i + "]").isCloseTo(expected, within(4e-3 + 0.01 * Math.abs(expected)));
            }
        });
        double greatest = 0;
        for (float g : gradients.get("first")) {
            greatest = Math.max(greatest, Math.abs(g));
        }
        assertThat(greatest).as("the test sees a gradient").isGreaterThan(1e-3);
    }

    private static Map<String, float[]> gradients(TinyNet net, Tensor images, float[] direction) {
        return gradients(net, images, direction, LearningPass::of);
    }

    /** The gradients of all trained masters, in their full shapes. */
    private static Map<String, float[]> gradients(TinyNet net, Tensor images, float[] direction, BiFunction<Graph, TrainedOperands, LearningPass> passes) {
        LibTorch.load(1);
        Map<String, float[]> gradients = new HashMap<>();
        try (PointerScope scope = new PointerScope(); TrainingState state = new TrainingState(TorchDevice.CPU);
                Masters masters = new Masters(state, net.masters(), net.values());
                Gradients sums = new Gradients(masters, torch.zeros(masters.values().numel()))) {
            assertThat(scope).isNotNull();
            ClipTracker clips = new ClipTracker(masters, 3);
            TrainedOperands operands = new TrainedOperands(masters, clips, new MidRise(2), TrainedOperands.Clips.KEEP, true);
            int[] shape = images.shape();
            LearningPass pass = passes.apply(net.graph(), operands);
            org.bytedeco.pytorch.Tensor result = pass.run(List.of(LibTorch.images(images.data(), 0, shape[0], shape[1], shape[2], shape[3])));
            int[] full = LibTorch.shape(result);
            result.mul(LibTorch.tensor(direction, full)).sum().backward();
            pass.learn();
            operands.addTo(sums);
            Map<String, Tensor> all = masters.copy(sums.vector());
            net.masters().stream().filter(m -> m.role().trained()).forEach(m -> gradients.put(m.name(), all.get(m.name()).data()));
        }
        return gradients;
    }

    private static double value(TinyNet net, Tensor images, float[] direction) {
        EjmlInterpreter interpreter = new EjmlInterpreter();
        Model model = net.model();
        float[] output = interpreter.run(model.with(interpreter.recalibrate(model, images)), images).data();
        double sum = 0;
        for (int i = 0; i < output.length; i++) {
            sum += (double) output[i] * direction[i];
        }
        return sum;
    }

    @Test
    void gradientIsZeroOutsideTheSlice() {
        TinyNet net = TinyNet.behindConvolution(CHANNELS);
        float[] gradient = gradients(net, net.images(4), TinyNet.random(new SplittableRandom(3), 400).data()).get("first");
        assertThat(gradient).hasSize(7 * 4);
        List<Integer> kept = List.of(0, 1, 3, 4);
        for (int o = 0; o < 7; o++) {
            for (int i = 0; i < 4; i++) {
                assertThat(gradient[o * 4 + i] != 0).as(o + "," + i).isEqualTo(kept.contains(o) && i < 2);
            }
        }
    }

    @Test
    void gradientOfQuantisedWeightsIsThatOfTheirRoundedValues() {
        for (int bits : new int[] {8, 4, 2}) {
            TinyNet rounded = quantised(bits);
            Tensor images = rounded.images(3);
            float[] direction = TinyNet.random(new SplittableRandom(3), 3 * 4 * 25).data();
            TinyNet plain = quantised(Weight.FLOAT);
            Weight weight = ((Convolution) rounded.graph().output().operator()).weight();
            Tensor codes = TinyNet.parameters(rounded.values()).value(weight);
            float[] whole = plain.values().get("w").data();
            int next = 0;
            for (int o = 0; o < 4; o++) {
                for (int i = 0; i < 4; i++) {
                    Arrays.fill(whole, o * 5 + i, o * 5 + i + 1, codes.data()[next++]);
                }
            }
            assertThat(gradients(rounded, images, direction).get("first")).isEqualTo(gradients(plain, images, direction).get("first"));
            assertThat(gradients(rounded, images, direction).get("w")).isEqualTo(gradients(plain, images, direction).get("w"));
        }
    }

    private static TinyNet quantised(int bits) {
        return behind(net -> net.add(new Convolution(net.weight("w", bits, new int[] {6, 5, 1, 1}, IndexRanges.prefix(4),
                IndexRanges.prefix(4), ONE, ONE), Optional.empty(), Window.of(1), 1), Shape.image(4, 5, 5)));
    }
}
