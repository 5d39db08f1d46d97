package io.fullynested.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fullynested.api.graph.Shape;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.block.ConvBlock;
import io.fullynested.core.block.Nonlinearity;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.training.SubmodelGradients;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Gradients of a submodel are those of its loss, and none beyond what it uses. */
class SubmodelGradientsTest {

    private final RandomNetwork network = RandomNetworks.around(3, RandomNetworks.Codes.NONE,
            new ConvBlock(8, 3, 1, 1, Nonlinearity.HARD_SWISH), Shape.image(6, 5, 5), true);
    private final SubmodelSpec selection = network.net().axes().smallest();
    private final int[] labels = IntStream.range(0, network.images().shape()[0]).map(i -> i % 2).toArray();
    private final Map<String, Tensor> gradients =
            SubmodelGradients.of(network.net(), selection, network.masters().tensors(), network.images(), labels);

    @Test
    void theBiasOfALogitIsMovedByWhatItsSoftmaxIsOff() {
        Tensor logits = Masking.run(network.submodel(selection), network.images());
        int classes = network.net().output().channels();
        double[] expected = new double[classes];
        for (int i = 0; i < labels.length; i++) {
            double sum = 0;
            for (int c = 0; c < classes; c++) {
                sum += Math.exp(logits.data()[i * classes + c]);
            }
            for (int c = 0; c < classes; c++) {
                expected[c] += (Math.exp(logits.data()[i * classes + c]) / sum - (c == labels[i] ? 1 : 0)) / labels.length;
            }
        }
        float[] actual = gradients.get("block4/logits/bias").data();
        for (int c = 0; c < classes; c++) {
            assertThat((double) actual[c]).as("class %d", c).isCloseTo(expected[c], within(1e-4));
        }
    }

    @Test
    void whatASubmodelDoesNotUseHasNoGradient() {
        Map<String, boolean[]> used = Masking.used(network, network.net().compile(selection));
        int beyond = 0;
        for (Map.Entry<String, Tensor> gradient : gradients.entrySet()) {
            for (int i = 0; i < gradient.getValue().data().length; i++) {
                if (!used.get(gradient.getKey())[i]) {
                    assertThat(gradient.getValue().data()[i]).as("%s[%d]", gradient.getKey(), i).isZero();
                    beyond++;
                }
            }
        }
        assertThat(beyond).isPositive();
        assertThat(gradients.values()).anyMatch(gradient -> Differences.magnitude(gradient) > 1e-3);
    }
}
