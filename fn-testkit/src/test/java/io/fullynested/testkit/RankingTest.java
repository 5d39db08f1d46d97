package io.fullynested.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.block.NestableBlock;
import io.fullynested.core.block.Classifier;
import io.fullynested.core.block.DenseBlock;
import io.fullynested.core.block.Nonlinearity;
import io.fullynested.core.block.ResidualStage;
import io.fullynested.core.interpreter.EjmlInterpreter;
import io.fullynested.core.model.MasterParameter;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.Parameters;
import io.fullynested.core.model.Ranking;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.quantize.MidRise;
import io.fullynested.core.spec.NestingOptions;
import io.fullynested.core.spec.NestingOptions.Granularity;
import io.fullynested.core.spec.NetworkSpec;
import io.fullynested.core.spec.QuantizationOptions;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.testkit.RandomNetworks.Codes;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** A network whose terms were ranked computes what it did before, and has its strongest terms first. */
class RankingTest {

    private static final NestingOptions.Level EVERY = new NestingOptions.Level(List.of(), 1, Granularity.LAYER);
    private static final NestingOptions NESTING = new NestingOptions(EVERY, EVERY, EVERY, EVERY);
    private static final EjmlInterpreter INTERPRETER = new EjmlInterpreter();

    @Property(generation = GenerationMode.EXHAUSTIVE, maxDiscardRatio = 3)
    void theFullNetworkComputesTheSame(@ForAll @IntRange(min = 1, max = 80) int seed) {
        RandomNetwork network = RandomNetworks.of(seed, Codes.NONE);
        Model model = network.recalibrated(network.net().axes().full());
        Assume.that(network.isWellConditioned(model));
        Map<String, Tensor> ranked = Ranking.byNorm(network.net(), network.masters().tensors());
        Model moved = RandomNetwork.recalibrated(new Model(model.graph(), new Parameters(ranked, network.net().spec().quantization().quantizer())),
                network.images());
        assertThat(Differences.relative(INTERPRETER.run(moved, network.images()), INTERPRETER.run(model, network.images())))
                .as(network.toString()).isLessThan(1e-3);
        for (MasterParameter master : network.net().masters()) {
            float[] before = sorted(network.masters().tensors().get(master.name()));
            assertThat(sorted(ranked.get(master.name()))).as(master.name()).isEqualTo(before);
        }
        Map<String, Tensor> again = Ranking.byNorm(network.net(), ranked);
        again.forEach((name, tensor) -> assertThat(tensor.data()).as(name).isEqualTo(ranked.get(name).data()));
    }

    private static float[] sorted(Tensor tensor) {
        float[] numbers = tensor.data().clone();
        Arrays.sort(numbers);
        return numbers;
    }

    @Test
    void channelsPathsAndTheirWidthsComeInTheOrderOfWhatReadsThem() {
        Supernet net = new Supernet(new NetworkSpec(new NetworkSpec.Input(1, 8, 8), List.of(
                block("stage", new ResidualStage(6, 1, 3, 2, 3, 1)), block("pool", new AdHocBlocks.ToFeatures(false)),
                block("dense", new DenseBlock(5, Nonlinearity.RELU)), block("classifier", new Classifier(4))), NESTING,
                new QuantizationOptions(Optional.empty(), Optional.empty(), new MidRise(2))));
        Map<String, Tensor> masters = new HashMap<>();
        SplittableRandom random = new SplittableRandom(5);
        for (MasterParameter master : net.masters()) {
            Tensor tensor = Tensor.zeros(master.shape());
            for (int i = 0; i < tensor.data().length; i++) {
                tensor.data()[i] = (float) random.nextGaussian();
            }
            masters.put(master.name(), tensor);
        }
        Map<String, Tensor> ranked = Ranking.byNorm(net, masters);
        assertThat(descends(reading(masters.get("classifier/logits/weight"), 1))).isFalse();
        assertThat(descends(reading(ranked.get("classifier/logits/weight"), 1))).as("neurons").isTrue();
        assertThat(ranked.get("dense/norm/gamma").data()).isNotEqualTo(masters.get("dense/norm/gamma").data());
        double[] closing = reading(ranked.get("stage/unit1/close/weight"), 1);
        double[] inner = reading(ranked.get("stage/unit1/inner/weight"), 3);
        for (int path = 0; path < 3; path++) {
            assertThat(closing[2 * path]).as("width of path %d", path).isGreaterThanOrEqualTo(closing[2 * path + 1]);
            assertThat(inner[2 * path]).as("width of path %d", path).isGreaterThanOrEqualTo(inner[2 * path + 1]);
        }
        assertThat(descends(IntStream.range(0, 3).mapToDouble(path -> closing[2 * path] + closing[2 * path + 1] + inner[2 * path] + inner[2 * path + 1])
                .toArray())).as("paths").isTrue();
    }

    private static NetworkSpec.Block block(String name, NestableBlock block) {
        return new NetworkSpec.Block(name, block, true, Optional.empty());
    }

    private static boolean descends(double[] values) {
        return IntStream.range(1, values.length).allMatch(i -> values[i] <= values[i - 1]);
    }

    /** Of each column of each group of rows, the sum of the squares. */
    private static double[] reading(Tensor weight, int groups) {
        int columns = weight.shape()[1];
        int taps = weight.data().length / weight.shape()[0] / columns;
        double[] sums = new double[groups * columns];
        for (int i = 0; i < weight.data().length; i++) {
            int row = i / taps / columns;
            sums[row * groups / weight.shape()[0] * columns + i / taps % columns] += (double) weight.data()[i] * weight.data()[i];
        }
        return sums;
    }
}
