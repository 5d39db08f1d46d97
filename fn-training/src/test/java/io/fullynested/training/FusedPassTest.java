package io.fullynested.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fullynested.api.block.NestableBlock;
import io.fullynested.api.graph.FakeQuantize;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.IndexRanges;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.ParameterSlice;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.graph.Weight;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.block.BasicStage;
import io.fullynested.core.block.Classifier;
import io.fullynested.core.block.ConvBlock;
import io.fullynested.core.block.DenseBlock;
import io.fullynested.core.block.Nonlinearity;
import io.fullynested.core.block.Pooling;
import io.fullynested.core.block.ResidualStage;
import io.fullynested.core.interpreter.EjmlInterpreter;
import io.fullynested.core.model.MasterParameter;
import io.fullynested.core.model.Parameters;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.quantize.MidRise;
import io.fullynested.core.spec.NestingOptions.Granularity;
import io.fullynested.core.spec.NetworkSpec;
import io.fullynested.core.spec.QuantizationOptions;
import io.fullynested.core.spec.QuantizationOptions.Bits;
import io.fullynested.core.spec.QuantizationOptions.SignalCode;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.kernels.Kernels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Kernels of our own against LibTorch's autograd. */
class FusedPassTest {

    private static final int IMAGES = 24;
    private static final int SIDE = 9;

    /** Skips a test where kernels were not compiled. */
    static void assumeKernels() {
        LibTorch.load(1);
        assumeTrue(Kernels.missing().isEmpty(), () -> "no kernels to try: " + Kernels.missing().orElseThrow());
    }

    private record Learnt(Map<String, Tensor> gradients, Map<String, Float> clips) {
    }

    private static Supernet net(Optional<Bits> weights, Optional<Bits> signals) {
        return net(new QuantizationOptions(weights, signals, new MidRise(2)));
    }

    private static Supernet net(QuantizationOptions codes) {
        NetworkSpec.Block[] blocks = {
                block("stem", new ConvBlock(10, 3, 1, 1, Nonlinearity.RELU6)), block("max", new Pooling.Max(3, 2, 1)),
                block("stage", new ResidualStage(12, 2, 2, 3, 3, 2)), block("basic", new BasicStage(12, 2, 7, 3, 1)),
                block("swish", new ConvBlock(16, 1, 1, 1, Nonlinearity.HARD_SWISH)), block("gelu", new ConvBlock(9, 1, 1, 1, Nonlinearity.GELU)),
                block("plain", new ConvBlock(9, 3, 1, 1, Nonlinearity.NONE)), block("pool", new Pooling.Global()),
                block("dense", new DenseBlock(20, Nonlinearity.RELU)), block("classifier", new Classifier(4))};
        NetworkSpec small = Bars.net(false).spec();
        return new Supernet(new NetworkSpec(new NetworkSpec.Input(2, SIDE, SIDE), List.of(blocks), small.nesting(), codes));
    }

    private static NetworkSpec.Block block(String name, NestableBlock block) {
        return new NetworkSpec.Block(name, block, true, Optional.empty());
    }

    /**
     * Random masters, none of which is where it begins.
     *
     * @param clip of signals, about
     */
    private static Map<String, Tensor> masters(Supernet net, double clip) {
        SplittableRandom random = new SplittableRandom(5);
        Map<String, Tensor> masters = new HashMap<>();
        for (MasterParameter master : net.masters()) {
            Tensor values = Tensor.zeros(master.shape());
            for (int i = 0; i < values.data().length; i++) {
                double noise = random.nextDouble() - 0.5;
                values.data()[i] = (float) switch (master.role()) {
                    case CLIP -> clip * (1 + noise / 2);
                    case GAMMA, INPUT_DEVIATION -> 0.8 + noise;
                    default -> noise;
                };
            }
            masters.put(master.name(), values);
        }
        return masters;
    }

    private static Learnt learn(Supernet net, SubmodelSpec submodel, double clip, BiFunction<Graph, TrainedOperands, LearningPass> passes) {
        SplittableRandom random = new SplittableRandom(6);
        Tensor images = Tensor.zeros(IMAGES, 2, SIDE, SIDE);
        int[] labels = new int[IMAGES];
        for (int i = 0; i < images.data().length; i++) {
            images.data()[i] = (float) random.nextDouble();
            labels[i % IMAGES] = i % 4;
        }
        Map<String, Float> clips = new TreeMap<>();
        return new Learnt(SubmodelGradients.computed(net, submodel, masters(net, clip), images, labels, passes, clips), clips);
    }

    /**
     * Of most clips: where a last bit decides a code once, in one of a handful of images, all that follows may differ.
     *
     * @param apart how far gradients may be from each other, in the norm of each
     */
    private static void compare(Supernet net, double apart) {
        for (SubmodelSpec submodel : List.of(net.axes().full(), net.axes().smallest())) {
            List<Double> gradients = new ArrayList<>();
            List<Double> clips = new ArrayList<>();
            for (double clip : new double[] {1.6, 1.8, 2, 2.2, 2.4}) {
                Learnt right = learn(net, submodel, clip, LearningPass::byAutograd);
                Learnt found = learn(net, submodel, clip, FusedPass::new);
                gradients.add(right.gradients().keySet().stream().mapToDouble(name -> apart(right.gradients().get(name).data(), found.gradients().get(name).data()))
                        .max().orElseThrow());
                assertThat(found.clips().keySet()).isEqualTo(right.clips().keySet());
                clips.add(right.clips().keySet().stream().mapToDouble(name -> Math.abs(found.clips().get(name) / right.clips().get(name) - 1)).max().orElse(0));
            }
            assertThat(middle(gradients)).as("gradients of %s, clip by clip: %s", submodel, gradients).isLessThanOrEqualTo(apart);
            assertThat(middle(clips)).as("clips of %s: %s", submodel, clips).isLessThanOrEqualTo(0.01);
        }
    }

    private static double middle(List<Double> numbers) {
        return numbers.stream().sorted().skip(numbers.size() / 2).findFirst().orElseThrow();
    }

    private static double apart(float[] right, float[] found) {
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < right.length; i++) {
            difference += Math.pow(right[i] - found[i], 2);
            norm += Math.pow(right[i], 2);
        }
        return Math.max(0, Math.sqrt(difference) - 1e-6) / Math.max(Math.sqrt(norm), 1e-12);
    }

    @Test
    void floatsLearnTheSame() {
        assumeKernels();
        compare(net(Optional.empty(), Optional.empty()), 1e-4);
    }

    /** A number that differs in its last bit may have the next code, so gradients are nearly the same only. */
    @Test
    void codesLearnTheSame() {
        assumeKernels();
        Optional<Bits> bits = Optional.of(new Bits(8, 5, List.of(), Granularity.NETWORK));
        Supernet net = net(bits, bits);
        compare(net, 0.03);
        assertThat(learn(net, net.axes().full(), 2, FusedPass::new).clips()).hasSizeGreaterThan(10);
    }

    @Test
    void truncatedCodesLearnTheSame() {
        assumeKernels();
        Optional<Bits> bits = Optional.of(new Bits(8, 5, List.of(), Granularity.NETWORK));
        compare(net(new QuantizationOptions(bits, bits, new MidRise(2), false, false, Optional.empty(), SignalCode.TRUNCATED)), 0.03);
    }

    /** Number by number: what differs is at the border of two codes, where a last bit decides. */
    @ParameterizedTest
    @CsvSource({"4, 4, false", "4, 8, false", "1, 8, false", "2, 6, false", "4, 8, true", "2, 6, true", "3, 3, true"})
    void signalsGetTheCodesOfTheReference(int bits, int roundedBits, boolean signed) {
        assumeKernels();
        FakeQuantize quantizer = new FakeQuantize(bits, signed, ParameterSlice.whole("clip"), 1, roundedBits);
        int count = 3001;
        Tensor x = TinyNet.random(new SplittableRandom(bits), 1, count);
        float[] expected = new EjmlInterpreter().evaluate(new Node("q", quantizer, List.of(0), Shape.flat(count)),
                TinyNet.parameters(Map.of("clip", Tensor.scalar(1.3f))), List.of(x)).data();
        SignalQuantizer.Codes codes = SignalQuantizer.Codes.of(quantizer, 1.3f);
        try (org.bytedeco.pytorch.Tensor from = LibTorch.tensor(x.data(), count); org.bytedeco.pytorch.Tensor to = torch.empty_like(from);
                org.bytedeco.pytorch.Tensor passes = torch.empty(count)) {
            Kernels.add(from.data_ptr_float().address(), 0, to.data_ptr_float().address(), passes.data_ptr_float().address(), count, 0, 2, codes.least(),
                    codes.greatest(), codes.unit(), codes.share(), codes.last(), codes.scale(), 0, 1);
            float[] found = LibTorch.floats(to);
            int apart = 0;
            for (int i = 0; i < count; i++) {
                apart += Math.abs(found[i] - expected[i]) > 1e-6 ? 1 : 0;
            }
            assertThat(apart).isLessThanOrEqualTo(1);
        }
    }

    @Test
    void weightsAreRoundedToTheSameBits() {
        assumeKernels();
        SplittableRandom random = new SplittableRandom(9);
        for (int row : new int[] {1, 9, 40, 600}) {
            Tensor master = Tensor.zeros(21, row);
            for (int i = 0; i < master.data().length; i++) {
                // rows of all magnitudes, one of zeros, and numbers between two codes
                double magnitude = Math.pow(10, i / row * 4 - 45);
                master.data()[i] = (float) (i / row == 20 ? 0 : i % 7 == 3 ? magnitude * (i % 64 + 0.5) / 64 : magnitude * (2 * random.nextDouble() - 1));
            }
            try (TrainingState state = new TrainingState(TorchDevice.CPU);
                    Masters masters = new Masters(state, List.of(new MasterParameter("w", new int[] {21, row}, MasterParameter.Role.WEIGHT, 0)), Map.of("w", master))) {
                for (IndexRanges outputs : List.of(IndexRanges.prefix(21), IndexRanges.of(2, 9).append(12, IndexRanges.prefix(5)))) {
                    for (int bits = 1; bits <= 8; bits++) {
                        Weight weight = new Weight(new ParameterSlice("w", List.of(outputs, IndexRanges.of(row / 3, row))), bits);
                        try (org.bytedeco.pytorch.Tensor found = FusedKernels.round(masters, new MidRise(2), weight)) {
                            assertThat(LibTorch.floats(found)).as("%d bits, rows of %d", bits, row)
                                    .isEqualTo(new Parameters(Map.of("w", master), new MidRise(2)).value(weight).data());
                        }
                    }
                }
            }
        }
    }

    @Test
    void threadsDoNotShow() {
        assumeKernels();
        for (int channels : new int[] {1, 12, 48, 500, 1030}) {
            assertThat(normalized(1711, channels, 3)).as("%d channels", channels).isEqualTo(normalized(1711, channels, 1));
        }
    }

    private static float[] normalized(int rows, int channels, int threads) {
        try (org.bytedeco.pytorch.Tensor x = LibTorch.tensor(TinyNet.random(new SplittableRandom(1), rows, channels).data(), rows, channels);
                org.bytedeco.pytorch.Tensor y = torch.empty_like(x); org.bytedeco.pytorch.Tensor vectors = torch.ones(4, channels)) {
            long at = vectors.data_ptr_float().address();
            Kernels.normalize(x.data_ptr_float().address(), y.data_ptr_float().address(), rows, channels, at, at + 4L * channels, 1e-5, at + 8L * channels,
                    at + 12L * channels, 1, 2, 0, 2, 2f / 255, 1, Float.POSITIVE_INFINITY, 2f / 255, 0, threads);
            return LibTorch.floats(y);
        }
    }
}
