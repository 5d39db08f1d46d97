package io.fullynested.core.interpreter;

import static io.fullynested.core.interpreter.Lone.flat;
import static io.fullynested.core.interpreter.Lone.image;
import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.graph.Concat;
import io.fullynested.api.graph.Flatten;
import io.fullynested.api.graph.Permute;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.graph.Slice;
import io.fullynested.core.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChannelsTest {

    /** Two samples of three channels of two pixels; the digits are sample, channel, pixel. */
    private static final Tensor X = image(3, 1, 2, 111, 112, 121, 122, 131, 132, 211, 212, 221, 222, 231, 232);

    private final Lone lone = new Lone();

    @Test
    void concatenatesChannelsWithinEachSample() {
        Tensor y = image(1, 1, 2, 1, 2, 3, 4);
        assertThat(lone.evaluate(new Concat(), Shape.image(4, 1, 2), y, X).data())
                .containsExactly(1, 2, 111, 112, 121, 122, 131, 132, 3, 4, 211, 212, 221, 222, 231, 232);
        assertThat(lone.evaluate(new Concat(), Shape.flat(3), flat(1, 1, 2), flat(2, 3, 4, 5, 6)).data())
                .containsExactly(1, 3, 4, 2, 5, 6);
    }

    @Test
    void slicesChannels() {
        assertThat(lone.evaluate(new Slice(1, 3), Shape.image(2, 1, 2), X).data())
                .containsExactly(121, 122, 131, 132, 221, 222, 231, 232);
    }

    @Test
    void permutesChannels() {
        assertThat(lone.evaluate(new Permute(List.of(2, 0, 1)), Shape.image(3, 1, 2), X).data())
                .containsExactly(131, 132, 111, 112, 121, 122, 231, 232, 211, 212, 221, 222);
    }

    @Test
    void flattensChannelByChannel() {
        Tensor flat = lone.evaluate(new Flatten(), Shape.flat(6), X);
        assertThat(flat.shape()).containsExactly(2, 6);
        assertThat(flat.data()).containsExactly(X.data());
    }
}
