package io.fullynested.core.interpreter;

import static io.fullynested.core.interpreter.Lone.flat;
import static io.fullynested.core.interpreter.Lone.image;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fullynested.api.graph.Convolution;
import io.fullynested.api.graph.Dense;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.graph.Window;
import io.fullynested.core.tensor.Tensor;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProductsTest {

    private final Lone lone = new Lone();

    private static final Tensor THREE_BY_THREE = image(1, 3, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9);

    @Test
    void convolvesWithoutPadding() {
        var operator = new Convolution(lone.weight(new int[] {1, 1, 2, 2}, 1, 10, 100, 1000), Optional.empty(),
                new Window(2, 1, 0, 1), 1);
        assertThat(lone.evaluate(operator, Shape.image(1, 2, 2), THREE_BY_THREE).data()).containsExactly(5421, 6532, 8754, 9865);
    }

    @Test
    void padsWithZerosAndSkipsByTheStride() {
        var operator = new Convolution(lone.weight(new int[] {1, 1, 3, 3}, 1, 1, 1, 1, 1, 1, 1, 1, 1),
                Optional.of(lone.vector("bias", 0.5f)), new Window(3, 2, 1, 1), 1);
        assertThat(lone.evaluate(operator, Shape.image(1, 2, 2), THREE_BY_THREE).data())
                .containsExactly(12.5f, 16.5f, 24.5f, 28.5f);
    }

    @Test
    void dilatesTheWindow() {
        var operator = new Convolution(lone.weight(new int[] {1, 1, 2, 2}, 1, 10, 100, 1000), Optional.empty(),
                new Window(2, 1, 0, 2), 1);
        assertThat(lone.evaluate(operator, Shape.image(1, 1, 1), THREE_BY_THREE).data()).containsExactly(1 + 30 + 700 + 9000);
    }

    @Test
    void sumsOverInputChannelsForEachOutputChannelAndSample() {
        var operator = new Convolution(lone.weight(new int[] {2, 2, 1, 1}, 1, 2, -1, 3),
                Optional.of(lone.vector("bias", 0, 100)), new Window(1, 1, 0, 1), 1);
        Tensor x = image(2, 1, 2, 1, 2, 10, 20, /* second sample */ 3, 4, 30, 40);
        assertThat(lone.evaluate(operator, Shape.image(2, 1, 2), x).data())
                .containsExactly(21, 42, 129, 158, /* second sample */ 63, 84, 187, 216);
    }

    @Test
    void groupsSeeTheirOwnChannelsOnly() {
        var operator = new Convolution(lone.weight(new int[] {4, 1, 1, 1}, 1, 2, 3, 4), Optional.empty(),
                new Window(1, 1, 0, 1), 2);
        assertThat(lone.evaluate(operator, Shape.image(4, 1, 1), image(2, 1, 1, 5, 7)).data()).containsExactly(5, 10, 21, 28);
    }

    @Test
    void keepsRowsAndColumnsApart() {
        var operator = new Convolution(lone.weight(new int[] {1, 1, 2, 2}, 1, 0, 0, 0), Optional.empty(), new Window(2, 1, 0, 1), 1);
        assertThat(lone.evaluate(operator, Shape.image(1, 1, 3), image(1, 2, 4, 1, 2, 3, 4, 5, 6, 7, 8)).data()).containsExactly(1, 2, 3);
    }

    @Test
    void refusesWeightsOfOtherChannels() {
        var operator = new Convolution(lone.weight(new int[] {1, 2, 1, 1}, 1, 2), Optional.empty(), new Window(1, 1, 0, 1), 1);
        assertThatThrownBy(() -> lone.evaluate(operator, Shape.image(1, 3, 3), THREE_BY_THREE)).hasMessageContaining("2 → 1 channels");
    }

    @Test
    void denseIsAMatrixProductPlusBias() {
        var operator = new Dense(lone.weight(new int[] {2, 3}, 1, 2, 3, -1, 0, 1), Optional.of(lone.vector("bias", 10, 20)));
        assertThat(lone.evaluate(operator, Shape.flat(2), flat(3, 1, 2, 3, 4, 5, 6)).data()).containsExactly(24, 22, 42, 22);
        assertThat(lone.evaluate(new Dense(operator.weight(), Optional.empty()), Shape.flat(2), flat(3, 1, 2, 3)).data())
                .containsExactly(14, 2);
    }

    @Test
    void sumsInFloat64() {
        var operator = new Dense(lone.weight(new int[] {1, 3}, 1, 1, 1), Optional.empty());
        assertThat(lone.evaluate(operator, Shape.flat(1), flat(3, 1e8f, 1, -1e8f)).data()).containsExactly(1);
    }
}
