package io.fullynested.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.core.interpreter.EjmlInterpreter;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.SubmodelExtractor;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.testkit.RandomNetworks.Codes;
import io.fullynested.training.TorchEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** LibTorch computes what the reference interpreter computes. */
class EngineParityTest {

    private static final EjmlInterpreter REFERENCE = new EjmlInterpreter();
    private static final TorchEngine TORCH = new TorchEngine(1);

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void everyOperatorAgreesOnTheSameInputs(@ForAll @IntRange(min = 1, max = 150) int seed) {
        RandomNetwork network = RandomNetworks.of(seed);
        Model model = network.recalibrated(network.selection());
        new OperatorParity(TORCH).checkOperators(model, network.images(), network);
    }

    @Test
    void roundedSignalsAgreeButForRareNeighbours() {
        OperatorParity parity = new OperatorParity(TORCH);
        for (int seed = 1; seed <= 150; seed++) {
            RandomNetwork network = RandomNetworks.of(seed, Codes.WEIGHTS_AND_SIGNALS);
            parity.checkCodes(network.recalibrated(network.selection()), network.images(), network);
        }
        assertThat(parity.codes()).isGreaterThan(100_000);
        assertThat((double) parity.neighbours() / parity.codes()).as("share of neighbouring codes").isLessThan(1e-3);
    }

    @Property(generation = GenerationMode.EXHAUSTIVE, maxDiscardRatio = 1)
    void networksAgreeEndToEnd(@ForAll @IntRange(min = 1, max = 150) int seed) {
        RandomNetwork network = RandomNetworks.of(seed, seed % 2 == 0 ? Codes.NONE : Codes.WEIGHTS);
        Model model = network.recalibrated(network.selection());
        Assume.that(network.isWellConditioned(model));
        for (Model either : List.of(model, SubmodelExtractor.extract(model))) {
            Tensor actual = TORCH.run(either, network.images());
            assertThat(Differences.relative(actual, REFERENCE.run(either, network.images()))).as(network.toString()).isLessThan(1e-3);
        }
    }

    @Test
    void roundedNetworksAgreeEndToEnd() {
        List<Double> differences = new ArrayList<>();
        int images = 0;
        int agree = 0;
        for (int seed = 1; seed <= 150; seed++) {
            RandomNetwork network = RandomNetworks.of(seed, Codes.WEIGHTS_AND_SIGNALS);
            Model model = network.recalibrated(network.selection());
            Tensor expected = REFERENCE.run(model, network.images());
            Tensor actual = TORCH.run(model, network.images());
            int classes = expected.shape()[1];
            for (int i = 0; i < expected.shape()[0]; i++) {
                images++;
                agree += top(actual, i) == top(expected, i) ? 1 : 0;
                for (int c = i * classes; c < (i + 1) * classes; c++) {
                    differences.add((double) Math.abs(actual.data()[c] - expected.data()[c]));
                }
            }
        }
        differences.sort(null);
        assertThat((double) agree / images).as("share of images with the same class").isGreaterThanOrEqualTo(0.995);
        assertThat(differences.get(differences.size() / 2)).as("median difference of logits").isLessThan(1e-3);
    }

    private static int top(Tensor logits, int image) {
        int classes = logits.shape()[1];
        int top = 0;
        for (int c = 1; c < classes; c++) {
            top = logits.data()[image * classes + c] > logits.data()[image * classes + top] ? c : top;
        }
        return top;
    }

    @Property(generation = GenerationMode.EXHAUSTIVE, maxDiscardRatio = 1)
    void recalibrationsAgree(@ForAll @IntRange(min = 1, max = 150) int seed) {
        RandomNetwork network = RandomNetworks.of(seed, seed % 2 == 0 ? Codes.NONE : Codes.WEIGHTS);
        Model model = network.submodel(network.selection());
        Assume.that(network.isWellConditioned(RandomNetwork.recalibrated(model, network.images())));
        Map<String, Tensor> expected = REFERENCE.recalibrate(model, network.images());
        Map<String, Tensor> actual = TORCH.recalibrate(model, network.images());
        assertThat(actual).hasSameSizeAs(expected);
        expected.forEach((name, statistic) -> assertThat(Differences.greatest(actual.get(name), statistic)).as("%s of %s", name, network)
                .isLessThan(1e-3 * Math.max(Differences.magnitude(statistic), 1e-3)));
    }
}
