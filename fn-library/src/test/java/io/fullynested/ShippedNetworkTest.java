package io.fullynested;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.data.DataSource;
import io.fullynested.api.data.Dataset;
import io.fullynested.api.data.Target;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Evaluator;
import io.fullynested.core.data.ArrayDataset;
import io.fullynested.training.TrainingSession;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/** What goes to another process measures there as here, without a file. */
class ShippedNetworkTest {

    private static final Shape SHAPE = Shape.image(2, 6, 6);
    private static final String YAML = """
            data: {kind: idx, path: nowhere}
            task: %s
            network:
              input: {channels: 2, height: 6, width: 6}
              blocks:
                - {kind: conv, channels: 4, kernel: 3}
                - {kind: global-average-pool}
                - {kind: %s}
              quantization: {weights: {bits: 8, min: 4}, activations: {bits: 8}}
            training: {epochs: 1, batch-size: 16, recalibration-images: 40}
            search: {budgets: [{name: all, macs: 100M}]}
            """;

    private static byte[] bytes(int images, Random random) {
        byte[] bytes = new byte[images * SHAPE.elements()];
        random.nextBytes(bytes);
        return bytes;
    }

    private static float[] floats(int count, Random random) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return numbers;
    }

    private static DataSource splits(BiFunction<Integer, Random, Dataset> some) {
        Random random = new Random(4);
        DataSource.Splits splits = new DataSource.Splits(some.apply(300, random), some.apply(110, random), some.apply(20, random));
        return base -> splits;
    }

    private static int[] labels(int images, Random random) {
        return random.ints(images, 0, 3).toArray();
    }

    private static ShippedNetwork shipped(ShippedNetwork network) throws IOException, ClassNotFoundException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(network);
        }
        assertThat(bytes.size()).as("pixels of 40 training and 110 validation images, bytes or floats").isLessThan(100_000);
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return (ShippedNetwork) in.readObject();
        }
    }

    private static void assertMeasuresTheSame(String task, String last, DataSource data) throws IOException, ClassNotFoundException {
        Settings settings = Settings.standard().withThreads(1).withData(data).withSeed(7);
        try (FullyNested fn = FullyNested.open(YAML.formatted(task, last), settings); TrainingSession session = fn.session()) {
            session.gradients(0, session.draw(0));
            session.reduce();
            session.update(.1);
            TrainedSupernet net = fn.trained(session.masters());
            Evaluator here = net.evaluator();
            List<SubmodelSpec> specs = List.of(net.axes().full(), net.axes().smallest());
            try (ShippedNetwork.Opened opened = shipped(ShippedNetwork.of(net)).open()) {
                for (Evaluator there : List.of(opened.evaluator(), opened.evaluator())) {
                    assertThat(there.images()).isEqualTo(here.images());
                    assertThat(there.evaluate(specs, 60)).isEqualTo(here.evaluate(specs, 60));
                    assertThat(there.evaluate(specs, 110)).isEqualTo(here.evaluate(specs, 110));
                    assertThat(there.divergences(specs, 1)).isEqualTo(here.divergences(specs, 1));
                }
            }
        }
    }

    @Test
    void classesOfImagesOfBytes() throws IOException, ClassNotFoundException {
        assertMeasuresTheSame("classification", "classifier, classes: 3", splits((images, random) -> ArrayDataset.ofBytes(SHAPE, List.of("a", "b", "c"),
                bytes(images, random), labels(images, random))));
    }

    @Test
    void quantitiesOfImagesOfFloats() throws IOException, ClassNotFoundException {
        assertMeasuresTheSame("regression", "linear, outputs: 2", splits((images, random) -> ArrayDataset.ofFloats(SHAPE, Target.numbers(List.of("x", "y")),
                floats(images * SHAPE.elements(), random), floats(2 * images, random))));
    }
}
