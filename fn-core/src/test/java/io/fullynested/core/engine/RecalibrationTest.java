package io.fullynested.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fullynested.api.graph.Activate;
import io.fullynested.api.graph.Activation;
import io.fullynested.api.graph.Add;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Input;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Shape;
import io.fullynested.core.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RecalibrationTest {

    private static final int NUMBERS = 3 * 224 * 224;

    @Test
    void fewOrSmallImagesAreOneChunk() {
        assertThat(Recalibration.chunk(500, 28 * 28)).isEqualTo(500);
        assertThat(Recalibration.chunk(500, 3 * 64 * 64)).isEqualTo(500);
        assertThat(Recalibration.chunk(2, 1 << 25)).isEqualTo(2);
        assertThat(Recalibration.chunk(1, 28 * 28)).as("left to the backend to refuse").isEqualTo(2);
    }

    @Test
    void manyAreChunksOfNearlyOneSizeAndNoneOfOneImage() {
        assertThat(Recalibration.chunk(500, NUMBERS)).isEqualTo(56);
        for (int images = 2; images < 400; images++) {
            int chunk = Recalibration.chunk(images, NUMBERS);
            assertThat(chunk).isLessThan(65);
            assertThat(images > chunk && images % chunk == 1).as("%d images in chunks of %d", images, chunk).isFalse();
        }
    }

    /** While a sum is made, x, F(x) and the sum are held. */
    @Test
    void imagesAreAsManyAsTheirSignalsFitIntoMemory() {
        Shape image = Shape.image(64, 64, 64);
        Graph graph = new Graph(List.of(new Node("input", new Input(image, Input.Values.ANY), List.of(), image),
                new Node("f", new Activate(Activation.RELU), List.of(0), image), new Node("sum", new Add(), List.of(0, 1), image),
                new Node("relu", new Activate(Activation.RELU), List.of(2), image)));
        assertThat(LiveNumbers.of(graph)).isEqualTo(3L * image.elements());
        int most = LiveNumbers.samples(graph);
        assertThat(most).isEqualTo(LiveNumbers.MOST / 3 / image.elements());
        assertThat(Recalibration.cut(images(most), graph)).extracting(part -> part.shape()[0]).containsExactly(most);
        List<Tensor> parts = Recalibration.cut(images(2 * most + 1), graph);
        assertThat(parts).extracting(part -> part.shape()[0]).allMatch(count -> count > 1 && count <= most + 1);
        assertThat(Tensor.concat(parts)).isEqualTo(images(2 * most + 1));
    }

    private static Tensor images(int count) {
        Tensor images = Tensor.zeros(count, 1);
        Arrays.setAll(new int[count], i -> (int) (images.data()[i] = i));
        return images;
    }

    @Test
    void statisticsOfChunksAreThoseOfAllNumbersTogether() {
        Random random = new Random(1);
        double[] all = random.doubles(1000, 100, 103).toArray();
        PooledStatistics pooled = new PooledStatistics();
        for (int[] chunk : new int[][] {{0, 400}, {400, 700}, {700, 998}, {998, 1000}}) {
            double[] moments = moments(all, chunk[0], chunk[1]);
            pooled.add(Map.of("mean", "variance"), Map.of("mean", Tensor.vector((float) moments[0]), "variance", Tensor.vector((float) moments[1])),
                    chunk[1] - chunk[0]);
        }
        double[] expected = moments(all, 0, 1000);
        assertThat((double) pooled.statistics().get("mean").data()[0]).isCloseTo(expected[0], within(1e-5));
        assertThat((double) pooled.statistics().get("variance").data()[0]).isCloseTo(expected[1], within(1e-5));
    }

    private static double[] moments(double[] all, int from, int to) {
        double mean = 0;
        for (int i = from; i < to; i++) {
            mean += all[i] / (to - from);
        }
        double variance = 0;
        for (int i = from; i < to; i++) {
            variance += (all[i] - mean) * (all[i] - mean) / (to - from);
        }
        return new double[] {mean, variance};
    }
}
