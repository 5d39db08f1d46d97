package io.fullynested.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fullynested.api.cost.Host;
import io.fullynested.api.graph.Convolution;
import io.fullynested.api.graph.Graph;
import io.fullynested.core.block.Classifier;
import io.fullynested.core.block.ConvBlock;
import io.fullynested.core.block.Nonlinearity;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.quantize.MidRise;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OnnxHostTest {

    private static final Supernet NET = RandomModels.supernet(true, true, new ConvBlock(64, 3, 1, 1, Nonlinearity.RELU),
            new ConvBlock(64, 3, 1, 1, Nonlinearity.RELU), (x, b) -> b.globalAveragePool(x), new Classifier(4));
    private static final Graph FULL = NET.compile(NET.axes().full());

    private static Host host(Format format) {
        return new OnnxHost(graph -> format, new MidRise(2));
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "QDQ_INT8"})
    void timeIsThatOfItsNodes(Format format) {
        Host.Timing timing = host(format).time(FULL, 2, 1);
        assertThat(timing.milliseconds()).isPositive();
        assertThat(timing.perNode()).hasSize(FULL.nodes().size());
        assertThat(Arrays.stream(timing.perNode()).sum()).isCloseTo(timing.milliseconds(), within(1e-9));
        // 1.3 of the 1.4 million multiply-accumulates of an image
        double largest = IntStream.range(0, FULL.nodes().size()).filter(i -> FULL.node(i).operator() instanceof Convolution)
                .mapToDouble(i -> timing.perNode()[i]).max().orElseThrow();
        assertThat(largest).isGreaterThan(timing.milliseconds() / 3);
    }

    @Test
    void anUnknownFormatIsRefused() {
        assertThatThrownBy(() -> host(Format.PACKED).fileBytes(FULL, Optional.of("pack"))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("there is no format 'pack'. Maybe 'packed'? There are: ");
    }
}
