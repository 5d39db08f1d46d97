package io.fullynested.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fullynested.core.model.MasterParameter;
import io.fullynested.core.model.MasterParameter.Role;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.training.TrainingOptions.Algorithm;
import io.fullynested.training.TrainingOptions.Optimizer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class UpdateRuleTest {

    private static final List<MasterParameter> PARAMETERS = List.of(
            new MasterParameter("beta", new int[] {1}, Role.BETA, 0), new MasterParameter("weight", new int[] {1}, Role.WEIGHT, 1));

    /** Values of the weight and the beta after two updates with the gradients 0.5 and −1 for both, from 2. */
    private static double[] after(Algorithm algorithm) {
        LibTorch.load(1);
        Map<String, Tensor> initial = Map.of("beta", Tensor.vector(2), "weight", Tensor.vector(2));
        try (PointerScope scope = new PointerScope(); TrainingState state = new TrainingState(TorchDevice.CPU);
                Masters masters = new Masters(state, PARAMETERS, initial)) {
            assertThat(scope).isNotNull();
            UpdateRule rule = UpdateRule.of(new Optimizer(algorithm, 1, 0, .9, .1, 0), state, 2);
            for (double gradient : new double[] {.5, -1}) {
                rule.update(masters, torch.full(new long[] {2}, new Scalar(gradient)), .01);
            }
            Map<String, Tensor> values = masters.copy(masters.values());
            return new double[] {values.get("weight").data()[0], values.get("beta").data()[0]};
        }
    }

    @Test
    void sgdWithNesterovMomentum() {
        double[] expected = {2, 2};
        for (int i = 0; i < 2; i++) {
            double momentum = 0;
            for (double gradient : new double[] {.5, -1}) {
                double d = gradient + (i == 0 ? .1 * expected[i] : 0);
                momentum = .9 * momentum + d;
                expected[i] -= .01 * (d + .9 * momentum);
            }
        }
        assertThat(after(Algorithm.SGD)).containsExactly(expected, within(1e-6));
    }

    /** More numbers than a kernel takes at once, the last of those that decay among others. */
    @Test
    void eachNumberMovesByItsOwnGradient() {
        LibTorch.load(2);
        List<MasterParameter> parameters = List.of(new MasterParameter("beta", new int[] {40_001}, Role.BETA, 0),
                new MasterParameter("weight", new int[] {50_003}, Role.WEIGHT, 1));
        float[] numbers = TinyNet.random(new SplittableRandom(1), 90_004).data();
        float[] gradients = TinyNet.random(new SplittableRandom(2), 90_004).data();
        Map<String, Tensor> initial = Map.of("weight", new Tensor(new int[] {50_003}, Arrays.copyOf(numbers, 50_003)),
                "beta", new Tensor(new int[] {40_001}, Arrays.copyOfRange(numbers, 50_003, 90_004)));
        try (PointerScope scope = new PointerScope(); TrainingState state = new TrainingState(TorchDevice.CPU);
                Masters masters = new Masters(state, parameters, initial)) {
            assertThat(scope).isNotNull();
            UpdateRule rule = UpdateRule.of(new Optimizer(Algorithm.SGD, 1, 0, .9, .1, 0), state, 90_004);
            rule.update(masters, LibTorch.tensor(gradients, 90_004), .01);
            rule.update(masters, LibTorch.tensor(gradients, 90_004), .01);
            float[] found = LibTorch.floats(masters.values());
            for (int i = 0; i < found.length; i++) {
                double decay = i < 50_003 ? .1 : 0;
                double first = gradients[i] + decay * numbers[i];
                double once = numbers[i] - .01 * 1.9 * first;
                double second = gradients[i] + decay * once;
                assertThat((double) found[i]).as("number %d", i).isCloseTo(once - .01 * (second + .9 * (.9 * first + second)), within(1e-6));
            }
        } finally {
            torch.set_num_threads(1);
        }
    }

    @Test
    void adamWithDecoupledDecay() {
        double[] expected = {2, 2};
        for (int i = 0; i < 2; i++) {
            double mean = 0;
            double square = 0;
            int step = 0;
            for (double gradient : new double[] {.5, -1}) {
                step++;
                mean = .9 * mean + .1 * gradient;
                square = .999 * square + .001 * gradient * gradient;
                expected[i] *= i == 0 ? 1 - .01 * .1 : 1;
                expected[i] -= .01 * mean / (1 - Math.pow(.9, step)) / (Math.sqrt(square / (1 - Math.pow(.999, step))) + 1e-8);
            }
        }
        assertThat(after(Algorithm.ADAMW)).containsExactly(expected, within(1e-6));
    }

    @Test
    void learningRateRisesThenFalls() {
        Optimizer optimizer = new Optimizer(Algorithm.SGD, .2, .1, .9, 0, 0);
        double[] rates = new double[100];
        for (int step = 0; step < 100; step++) {
            rates[step] = optimizer.learningRate(step, 100);
            assertThat(rates[step]).isBetween(0.0, .2);
            assertThat(step == 0 || step <= 10 == rates[step] > rates[step - 1]).as("step %s", step).isTrue();
        }
        assertThat(rates[10]).isEqualTo(.2);
        assertThat(rates[0]).isPositive();
        assertThat(rates[99]).isPositive().isLessThan(1e-3);
    }
}
