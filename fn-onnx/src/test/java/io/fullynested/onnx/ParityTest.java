package io.fullynested.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fullynested.core.tensor.Tensor;
import org.junit.jupiter.api.Test;

class ParityTest {

    private static Tensor logits(float... values) {
        return new Tensor(new int[] {values.length / 2, 2}, values);
    }

    @Test
    void countsFlipsAndDifferences() {
        Parity parity = Parity.of(logits(1, 2, 3, 1, 0, 5, 7, 7), logits(1, 2.5f, 1, 3, 0, 5, 7, 7));
        assertThat(parity).isEqualTo(new Parity(4, 2, 0, 1));
        assertThat(parity.agreement()).isEqualTo(0.75);
        assertThat(Parity.of(logits(1, 2, 3, 1), logits(1, 2.5f, 3.25f, 1.125f)).medianAbsDiff()).isEqualTo(0.1875);
    }

    @Test
    void aNumberThatIsNoneIsNeverAccepted() {
        Parity parity = Parity.of(logits(1, 2, 3, 1), logits(1, 2, 3, Float.NaN));
        assertThat(Format.FLOAT32.accepts(parity)).isFalse();
        assertThat(Format.QDQ_INT8.accepts(parity)).isFalse();
    }

    @Test
    void tolerancesAreThoseOfTheFormat() {
        assertThat(Format.FLOAT32.accepts(new Parity(1000, 1e-3, 0, 0))).isTrue();
        assertThat(Format.FLOAT32.accepts(new Parity(1000, 1.1e-3, 0, 0))).isFalse();
        assertThat(Format.QDQ_INT8.accepts(new Parity(1000, 3, 1e-3, 5))).isTrue();
        assertThat(Format.QDQ_INT8.accepts(new Parity(1000, 3, 1e-3, 6))).isFalse();
        assertThat(Format.QDQ_INT8.accepts(new Parity(1000, 3, 1.1e-3, 0))).isFalse();
    }

    @Test
    void theWorstOfTwoIsTheGreaterOfEach() {
        assertThat(new Parity(9, 1, 4, 2).worst(new Parity(9, 2, 3, 1))).isEqualTo(new Parity(9, 2, 4, 2));
    }

    @Test
    void shapesMustBeAlike() {
        assertThatThrownBy(() -> Parity.of(logits(1, 2), logits(1, 2, 3, 4))).hasMessageContaining("[2, 2]").hasMessageContaining("[1, 2]");
        assertThatThrownBy(() -> Parity.of(logits(), logits())).hasMessageContaining("no images");
    }
}
