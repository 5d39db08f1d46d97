package io.fullynested.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.data.Target;
import io.fullynested.api.graph.Activate;
import io.fullynested.api.graph.Activation;
import io.fullynested.api.graph.Add;
import io.fullynested.api.graph.BatchNorm;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Input;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.ParameterSlice;
import io.fullynested.api.graph.Shape;
import io.fullynested.core.data.ArrayDataset;
import io.fullynested.core.tensor.Tensor;
import java.util.ArrayList;
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

    /** The last bits of the statistics are those of the parts. */
    @Test
    void onceLooksAtTheSamePartsAsWhatStaysInMemory() {
        Shape image = Shape.image(3, 160, 160);
        Dataset data = ArrayDataset.ofFloats(image, Target.nothing(), spread(230, image.elements()), new float[0]);
        BatchNorm norm = new BatchNorm(ParameterSlice.whole("gamma", 3), ParameterSlice.whole("beta", 3), ParameterSlice.whole("mean", 3),
                ParameterSlice.whole("variance", 3), 1e-5);
        Graph graph = new Graph(List.of(new Node("input", new Input(image, Input.Values.ANY), List.of(), image),
                new Node("norm", norm, List.of(0), image)));
        List<List<Float>> all = new ArrayList<>();
        for (Recalibration one : List.of(new Recalibration(data, 220, 1), Recalibration.once(data, 220, 1))) {
            List<Float> seen = new ArrayList<>();
            one.statistics(new Listing(seen, image.elements()), graph);
            all.add(seen);
        }
        assertThat(all.get(0)).hasSizeGreaterThan(220).isEqualTo(all.get(1));
    }

    private static float[] spread(int count, int elements) {
        float[] numbers = new float[count * elements];
        for (int i = 0; i < count; i++) {
            numbers[i * elements] = i;
        }
        return numbers;
    }

    /** Notes how many images it is given, and which. */
    private record Listing(List<Float> seen, int elements) implements Executable {

        @Override
        public Map<String, Tensor> recalibrate(Tensor images) {
            seen.add((float) -images.shape()[0]);
            for (int i = 0; i < images.shape()[0]; i++) {
                seen.add(images.data()[i * elements]);
            }
            return Map.of("mean", Tensor.zeros(3), "variance", Tensor.zeros(3));
        }

        @Override
        public Tensor run(Tensor images) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Tensor runAsInTraining(Tensor images) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {
            // nothing is held
        }
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
