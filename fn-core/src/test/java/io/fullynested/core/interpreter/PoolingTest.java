package io.fullynested.core.interpreter;

import static io.fullynested.core.interpreter.Lone.image;
import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.graph.AveragePool;
import io.fullynested.api.graph.GlobalAveragePool;
import io.fullynested.api.graph.MaxPool;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.graph.Window;
import io.fullynested.core.tensor.Tensor;
import org.junit.jupiter.api.Test;

class PoolingTest {

    private static final Tensor TWO_CHANNELS = image(2, 2, 4, 1, 2, 3, 4, 5, 6, 7, 8, -1, -2, -3, -4, -5, -6, -7, -8);

    private final Lone lone = new Lone();

    @Test
    void takesTheMaximumOfEachWindow() {
        assertThat(lone.evaluate(new MaxPool(new Window(2, 2, 0, 1)), Shape.image(2, 1, 2), TWO_CHANNELS).data())
                .containsExactly(6, 8, -1, -3);
    }

    @Test
    void paddingNeverWinsTheMaximum() {
        assertThat(lone.evaluate(new MaxPool(new Window(3, 2, 1, 1)), Shape.image(2, 1, 2), TWO_CHANNELS).data())
                .containsExactly(6, 8, -1, -2);
    }

    @Test
    void averagesEachWindow() {
        assertThat(lone.evaluate(new AveragePool(new Window(2, 2, 0, 1)), Shape.image(2, 1, 2), TWO_CHANNELS).data())
                .containsExactly(3.5f, 5.5f, -3.5f, -5.5f);
    }

    @Test
    void averagesCountPaddedZeros() {
        assertThat(lone.evaluate(new AveragePool(new Window(2, 2, 1, 1)), Shape.image(1, 2, 2), image(1, 2, 2, 1, 2, 3, 4)).data())
                .containsExactly(0.25f, 0.5f, 0.75f, 1);
    }

    @Test
    void dilatedWindowsSkipPixels() {
        Tensor x = image(1, 3, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(lone.evaluate(new MaxPool(new Window(2, 1, 0, 2)), Shape.image(1, 1, 1), x).data()).containsExactly(9);
        assertThat(lone.evaluate(new AveragePool(new Window(2, 1, 0, 2)), Shape.image(1, 1, 1), x).data()).containsExactly(5);
    }

    @Test
    void globalAverageIsTheMeanOfEachChannelOfEachSample() {
        Tensor x = image(2, 1, 2, 1, 2, 3, 4, /* second sample */ 5, 6, 7, 9);
        assertThat(lone.evaluate(new GlobalAveragePool(), Shape.flat(2), x).data()).containsExactly(1.5f, 3.5f, 5.5f, 8);
    }
}
