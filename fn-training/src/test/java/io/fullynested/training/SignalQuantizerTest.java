package io.fullynested.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.graph.FakeQuantize;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.ParameterSlice;
import io.fullynested.api.graph.Shape;
import io.fullynested.core.interpreter.EjmlInterpreter;
import io.fullynested.core.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SignalQuantizerTest {

    private static final float CLIP = 1.7f;

    @ParameterizedTest
    @CsvSource({"8, 8, false", "6, 6, false", "4, 4, false", "2, 2, false", "1, 1, false", "8, 8, true", "6, 6, true", "4, 4, true", "2, 2, true",
            "7, 8, false", "4, 8, false", "1, 8, false", "2, 6, false", "4, 8, true", "2, 8, true", "2, 6, true"})
    void valuesAreThoseOfTheFormulaAndTheGradientIsTheIdentityWithinTheClip(int bits, int roundedBits, boolean signed) {
        LibTorch.load(1);
        Tensor x = TinyNet.random(new SplittableRandom(bits), 1, 2000);
        x.data()[0] = 0;
        FakeQuantize quantizer = new FakeQuantize(bits, signed, new ParameterSlice("clip", List.of()), 1, roundedBits);
        float[] upstream = TinyNet.random(new SplittableRandom(1), 2000).data();
        float[] values;
        float[] gradient;
        try (PointerScope scope = new PointerScope()) {
            assertThat(scope).isNotNull();
            org.bytedeco.pytorch.Tensor leaf = LibTorch.tensor(x.data(), 1, 2000).set_requires_grad(true);
            org.bytedeco.pytorch.Tensor rounded = SignalQuantizer.round(quantizer, leaf, CLIP, false);
            rounded.mul(LibTorch.tensor(upstream, 1, 2000)).sum().backward();
            values = LibTorch.floats(rounded);
            gradient = LibTorch.floats(leaf.grad());
        }
        float[] expected = new EjmlInterpreter().evaluate(new Node("q", quantizer, List.of(0), Shape.flat(2000)),
                TinyNet.parameters(Map.of("clip", Tensor.scalar(CLIP))), List.of(x)).data();
        float low = signed ? -CLIP : 0;
        for (int i = 0; i < values.length; i++) {
            assertThat(Math.abs(values[i] - expected[i])).as("value of %s", x.data()[i]).isLessThanOrEqualTo(Math.ulp(expected[i]) * 2);
            if (x.data()[i] > CLIP || x.data()[i] < low * 1.01) {
                assertThat(gradient[i]).as("gradient at %s", x.data()[i]).isZero();
            } else if (x.data()[i] > low && x.data()[i] < CLIP) {
                assertThat(gradient[i]).as("gradient at %s", x.data()[i]).isEqualTo(upstream[i]);
            }
        }
        assertThat(values[0]).isZero();
    }
}
