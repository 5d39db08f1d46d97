package io.fullynested.core.interpreter;

import static io.fullynested.core.interpreter.Lone.flat;
import static io.fullynested.core.interpreter.Lone.image;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fullynested.api.graph.Activate;
import io.fullynested.api.graph.Activation;
import io.fullynested.api.graph.Add;
import io.fullynested.api.graph.BatchNorm;
import io.fullynested.api.graph.FakeQuantize;
import io.fullynested.api.graph.Multiply;
import io.fullynested.api.graph.Normalize;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.graph.Softmax;
import io.fullynested.core.tensor.Tensor;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class PointwiseTest {

    private static final Offset<Float> LAST_BIT = Offset.offset(1e-7f);

    private final Lone lone = new Lone();

    @Test
    void normalizesPerChannel() {
        var operator = new Normalize(lone.vector("mean", 0.5f, 1), lone.vector("deviation", 0.25f, 2));
        assertThat(lone.evaluate(operator, Shape.image(2, 1, 2), image(2, 1, 2, 0, 1, 1, 5)).data()).containsExactly(-2, 2, 0, 2);
    }

    @Test
    void batchNormUsesTheRecalibratedStatistics() {
        var operator = new BatchNorm(lone.vector("gamma", 2, -1), lone.vector("beta", 1, 0), lone.vector("mean", 1, 10),
                lone.vector("variance", 3, 15), 1);
        assertThat(lone.evaluate(operator, Shape.image(2, 1, 1), image(2, 1, 1, 5, 2)).data()).containsExactly(5, 2);
        assertThat(lone.evaluate(operator, Shape.flat(2), flat(2, 5, 2, 1, 10)).data()).containsExactly(5, 2, 1, 0);
    }

    @Test
    void activates() {
        assertThat(activate(Activation.RELU)).containsExactly(0, 0, 0, 1.5f, 9);
        assertThat(activate(Activation.RELU6)).containsExactly(0, 0, 0, 1.5f, 6);
        assertThat(activate(Activation.HARD_SIGMOID)).containsExactly(0, 0.25f, 0.5f, 0.75f, 1);
        assertThat(activate(Activation.HARD_SWISH)).containsExactly(-0f, -0.375f, 0, 1.125f, 9);
        assertThat(activate(Activation.SIGMOID)).containsExactly(new float[] {1.2339458e-4f, 0.18242552f, 0.5f, 0.81757448f, 0.99987661f},
                LAST_BIT);
    }

    private float[] activate(Activation function) {
        return lone.evaluate(new Activate(function), Shape.flat(5), flat(5, -9, -1.5f, 0, 1.5f, 9)).data();
    }

    @Test
    void addsSignalsOfOneShape() {
        assertThat(lone.evaluate(new Add(), Shape.flat(2), flat(2, 1, 2), flat(2, 10, 20)).data()).containsExactly(11, 22);
        assertThatThrownBy(() -> lone.evaluate(new Add(), Shape.flat(2), flat(2, 1, 2), flat(1, 1)))
                .hasMessage("Cannot add [1, 1] to [1, 2]");
    }

    @Test
    void multipliesBySignalOrGate() {
        Tensor x = image(2, 1, 2, 1, 2, 3, 4, 5, 6, 7, 8);
        assertThat(lone.evaluate(new Multiply(), Shape.image(2, 1, 2), x, x).data()).containsExactly(1, 4, 9, 16, 25, 36, 49, 64);
        assertThat(lone.evaluate(new Multiply(), Shape.image(2, 1, 2), x, flat(2, 1, 10, 100, 1000)).data())
                .containsExactly(1, 2, 30, 40, 500, 600, 7000, 8000);
        assertThatThrownBy(() -> lone.evaluate(new Multiply(), Shape.image(2, 1, 2), x, flat(4, 1, 2, 3, 4)))
                .hasMessage("Cannot multiply [2, 2, 1, 2] by [1, 4]");
    }

    @Test
    void softmaxSumsToOneAndDoesNotOverflow() {
        Tensor x = flat(2, 0, (float) Math.log(3), 1000, 1000);
        assertThat(lone.evaluate(new Softmax(), Shape.flat(2), x).data())
                .containsExactly(new float[] {0.25f, 0.75f, 0.5f, 0.5f}, LAST_BIT);
    }

    @Test
    void quantizesUnsignedSignals() {
        // with a clip of 255 the 8-bit codes are the values themselves, rounded half to even
        assertThat(quantize(8, false, 255, -1, 0, 0.5f, 1.5f, 127.4f, 254.6f, 300)).containsExactly(0, 0, 0, 2, 127, 255, 255);
        // 4 bits: steps of 17
        assertThat(quantize(4, false, 255, 8, 9, 127.4f, 128, 255, 300)).containsExactly(0, 17, 7 * 17, 8 * 17, 255, 255);
        assertThat(quantize(1, false, 3, 1.4f, 1.6f)).containsExactly(0, 3);
    }

    @Test
    void quantizesSignedSignals() {
        // with a clip of 127 the 8-bit codes are the values themselves, and −128 is one of them
        assertThat(quantize(8, true, 127, -200, -127.6f, -0.5f, 0, 1.5f, 126.7f, 200)).containsExactly(-128, -128, 0, 0, 2, 127, 127);
        // 4 bits: steps of 16, and one more below zero than above
        assertThat(quantize(4, true, 127, -200, -25, -24, -1, 0, 7, 9, 24, 127)).containsExactly(-128, -32, -32, 0, 0, 0, 16, 32, 112);
        assertThat(quantize(2, true, 127, -128, -97, -95, -31, 0, 33, 127)).containsExactly(-128, -128, -64, 0, 0, 64, 64);
    }

    @Test
    void truncatesTheCodesOfSignals() {
        // 4 of 8 bits: what is rounded to 0..15 is 0, what is rounded to 240..255 is 15 steps of 17
        assertThat(quantize(4, 8, false, 255, -1, 15.4f, 15.6f, 127.4f, 127.6f, 239, 240, 300)).containsExactly(0, 0, 17, 7 * 17, 8 * 17, 14 * 17, 255, 255);
        // 2 of 4 bits, whose steps are 17: 3.5 of them are rounded to the even 4
        assertThat(quantize(2, 4, false, 255, 3.4f * 17, 3.5f * 17, 11.6f * 17)).containsExactly(0, 85, 255);
        // rounded down below zero too
        assertThat(quantize(4, 8, true, 127, -200, -17, -16, -1, 0, 15.4f, 15.6f, 127)).containsExactly(-128, -32, -16, -16, 0, 0, 16, 112);
        assertThat(quantize(2, 4, true, 127, -200, -17, 0, 31, 33, 127)).containsExactly(-128, -64, 0, 0, 0, 64);
    }

    private float[] quantize(int bits, boolean signed, float clip, float... values) {
        return quantize(bits, bits, signed, clip, values);
    }

    private float[] quantize(int bits, int roundedBits, boolean signed, float clip, float... values) {
        var operator = new FakeQuantize(bits, signed, lone.parameter("clip", new int[0], clip), 1, roundedBits);
        return lone.evaluate(operator, Shape.flat(values.length), flat(values.length, values)).data();
    }
}
