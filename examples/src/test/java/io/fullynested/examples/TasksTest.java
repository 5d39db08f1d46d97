package io.fullynested.examples;

import static io.fullynested.examples.CommandLine.fn;
import static io.fullynested.examples.Sample.EXAMPLES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fullynested.FullyNested;
import io.fullynested.Settings;
import io.fullynested.TrainedSupernet;
import io.fullynested.api.data.DataSource;
import io.fullynested.api.data.Dataset;
import io.fullynested.api.data.Target;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.search.Evaluation;
import io.fullynested.core.data.ArrayDataset;
import io.fullynested.core.engine.LabelledImages;
import io.fullynested.core.spec.ConfigurationException;
import io.fullynested.onnx.Format;
import io.fullynested.onnx.OnnxSession;
import io.fullynested.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tasks that are no plain classification: each trains, is searched, exported and verified by its own metric. */
class TasksTest {

    @TempDir
    private static Path folder;

    /** A third of what an untrained network would be short of, at least, in the time that a test has. */
    @ParameterizedTest
    @CsvSource({"regression, r2, .3, 15", "multi-label, macro-f1, .7, 10", "segmentation, mean-iou, .5, 4"})
    void trainsIsSearchedExportedAndVerified(String name, String metric, double least, int epochs) throws IOException {
        Path yaml = Files.writeString(folder.resolve(name + ".yaml"), Files.readString(EXAMPLES.resolve(name + ".yaml"))
                .replace("path: data/", "path: " + EXAMPLES.toAbsolutePath() + "/data/").replaceFirst("epochs: \\d+", "epochs: " + epochs));
        Path out = folder.resolve(name);
        String told = fn("run", yaml, "--out", out, "--threads", 1);
        assertThat(told).contains("full     test " + metric + " ").contains("validation " + metric + " ");
        JsonNode summary = new ObjectMapper().readTree(out.resolve("summary.json").toFile());
        assertThat(summary.path("metric").asText()).isEqualTo(metric);
        double full = summary.at("/supernet/" + metric + "/test").asDouble();
        assertThat(full).as(told).isBetween(least, 1.0);
        assertThat(summary.at("/budgets/0/" + metric + "/test").asDouble()).as(told).isGreaterThan(least / 2);
        assertThat(Files.readString(out.resolve("training.csv"))).startsWith("epoch,step,loss," + metric.replace('-', '_') + ",learning_rate,validation_loss,");
        assertThat(Files.readString(out.resolve("front.csv"))).contains("validation_" + metric.replace('-', '_'));
        assertThat(Files.readString(out.resolve("report.html"))).contains(metric).doesNotContain("accuracy, %");
        String verified = fn("verify", out.resolve("models"), "--data", yaml, "--checkpoint", out.resolve("checkpoint.safetensors"), "--threads", 1);
        assertThat(verified).contains("test " + metric + " ").contains("holds").doesNotContain("BROKEN");
    }

    private static TrainedSupernet train(String yaml, DataSource.Splits data) {
        return FullyNested.open(yaml, Settings.standard().withThreads(1).withData(base -> data)).train(TrainingListener.NONE);
    }

    private static final String TABLE = """
            data: in-memory
            task: %s
            network:
              input: {channels: 2, height: 1, width: 1}
              blocks: [{kind: dense, neurons: 16}, {kind: linear, outputs: %d}]
              nesting: {neurons: {keeps: [1/2, 1]}}
            training: {epochs: %d, batch-size: 16, optimizer: {learning-rate: 0.05}}
            """;

    private static Dataset planes(int rows, double scale, double offset, long seed) {
        Random random = new Random(seed);
        float[][] table = new float[rows][];
        float[] targets = new float[rows];
        for (int i = 0; i < rows; i++) {
            table[i] = new float[] {(float) random.nextGaussian(), (float) random.nextGaussian()};
            targets[i] = (float) (offset + scale * (2 * table[i][0] - table[i][1] + 0.1 * random.nextGaussian()));
        }
        return ArrayDataset.ofTable(Target.numbers(List.of("height")), table, targets);
    }

    /** The unit of the data is the user's business: millimetres and kilometres train the same, and files speak the unit. */
    @Test
    void theUnitOfAQuantityChangesNothing() {
        double[] scores = new double[2];
        double[] scales = {1 << 12, 1.0 / (1 << 9)};
        for (int i = 0; i < 2; i++) {
            double scale = scales[i];
            DataSource.Splits data = new DataSource.Splits(planes(400, scale, 50 * scale, 1), planes(100, scale, 50 * scale, 2), planes(100, scale, 50 * scale, 3));
            try (TrainedSupernet net = train(TABLE.formatted("regression", 1, 10), data)) {
                Evaluation test = net.evaluate(net.axes().full(), data.test());
                scores[i] = test.score();
                assertThat(test.metrics().get("mae")).isBetween(0.0, scale);
                byte[] file = net.export(net.axes().full(), Format.FLOAT32).onnx().bytes();
                try (OnnxSession session = OnnxSession.open(file, true, 1)) {
                    float[] found = session.run(LabelledImages.first(data.test(), 20).joined()).data();
                    float[] wanted = LabelledImages.first(data.test(), 20).targets();
                    for (int row = 0; row < 20; row++) {
                        assertThat((double) found[row]).isCloseTo(wanted[row], within(2 * scale));
                    }
                }
            }
        }
        assertThat(scores[0]).isGreaterThan(.9).isCloseTo(scores[1], within(.02));
    }

    private static Dataset rare(int rows, long seed) {
        Random random = new Random(seed);
        float[][] table = new float[rows][];
        int[] labels = new int[rows];
        for (int i = 0; i < rows; i++) {
            labels[i] = i % 20 == 0 ? 1 : 0;
            table[i] = new float[] {(float) (random.nextGaussian() + 1.7 * labels[i]), (float) random.nextGaussian()};
        }
        return ArrayDataset.ofTable(List.of("usual", "rare"), table, labels);
    }

    /** With 95 % of one class, answering it always is no success any more. */
    @Test
    void aFrequentClassAloneIsNoSuccess() {
        DataSource.Splits data = new DataSource.Splits(rare(2000, 1), rare(600, 2), rare(600, 3));
        String yaml = TABLE.replace("linear, outputs: %d", "classifier, classes: %d");
        try (TrainedSupernet plain = train(yaml.formatted("classification", 2, 6), data);
                TrainedSupernet balanced = train(yaml.formatted("{kind: classification, class-weights: balanced, metric: balanced-accuracy}", 2, 6), data)) {
            Evaluation usual = plain.evaluate(plain.axes().full(), data.test());
            Evaluation fair = balanced.evaluate(balanced.axes().full(), data.test());
            assertThat(plain.blind(data.test()).orElseThrow().score()).isEqualTo(.95);
            assertThat(balanced.blind(data.test()).orElseThrow().score()).isEqualTo(.5);
            assertThat(usual.score()).isGreaterThan(.93);
            assertThat(usual.metrics().get("balanced-accuracy")).isLessThan(.7);
            assertThat(fair.score()).isEqualTo(fair.metrics().get("balanced-accuracy")).isGreaterThan(.75);
        }
    }

    @Test
    void imitatesATeacherOnImagesThatNobodyLabelled() throws IOException {
        String blocks = "blocks: [{kind: conv, channels: %d, stride: 2}, {kind: global-average-pool}, {kind: classifier, classes: 3}]\n"
                + "  nesting: {channels: {keeps: [1/2, 1]}}\n";
        String network = "data: in-memory\n%snetwork:\n  input: {channels: 1, height: 8, width: 8}\n  " + blocks
                + "training: {epochs: %d, batch-size: 16, optimizer: {learning-rate: 0.1}}\n";
        DataSource.Splits labelled = new DataSource.Splits(stripes(300, true, 1), stripes(60, true, 2), stripes(60, true, 3));
        Path teacher = folder.resolve("teacher.safetensors");
        try (TrainedSupernet net = train(network.formatted("", 16, 8), labelled)) {
            assertThat(net.evaluate(net.axes().full(), labelled.test()).score()).isGreaterThan(.9);
            net.save(teacher);
        }
        DataSource.Splits images = new DataSource.Splits(stripes(300, false, 4), stripes(60, false, 5), stripes(60, false, 6));
        for (String loss : List.of("kl", "mse", "cosine", "kl, of mixed images")) {
            String task = "task: {kind: imitate, checkpoint: " + teacher.toAbsolutePath() + ", loss: " + loss.split(",")[0] + "}\n";
            String more = loss.contains("mixed") ? "training: {augmentation: {flip: true, mixup: 1}, " : "training: {";
            try (TrainedSupernet net = train(network.formatted(task, 8, 10).replace("training: {", more), images)) {
                Dataset test = net.network().data().test();
                assertThat(net.evaluate(net.axes().full(), test).metrics().get("agreement")).as(loss).isGreaterThan(.85);
                assertThat(net.evaluate(net.axes().smallest(), test).metrics().get("agreement")).as(loss).isGreaterThan(.5);
                TrainedSupernet.Export export = net.export(net.axes().smallest(), Format.FLOAT32);
                assertThat(export.parity().worst().flips()).isZero();
            }
        }
    }

    /** Stripes that lie, stand or lean, in noise. */
    private static Dataset stripes(int count, boolean labelled, long seed) {
        Random random = new Random(seed);
        float[] pixels = new float[count * 64];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            labels[i] = random.nextInt(3);
            int phase = random.nextInt(4);
            for (int p = 0; p < 64; p++) {
                int along = labels[i] == 0 ? p / 8 : labels[i] == 1 ? p % 8 : p / 8 + p % 8;
                pixels[i * 64 + p] = (float) ((along + phase) / 2 % 2 * 0.7 + 0.3 * random.nextDouble());
            }
        }
        Shape shape = Shape.image(1, 8, 8);
        return labelled ? ArrayDataset.ofFloats(shape, List.of("lying", "standing", "leaning"), pixels, labels)
                : ArrayDataset.ofFloats(shape, Target.nothing(), pixels, new float[0]);
    }

    @Test
    void whatDoesNotGoTogetherIsRefusedWithWhatWould() {
        DataSource.Splits quantities = new DataSource.Splits(planes(100, 1, 0, 1), planes(30, 1, 0, 2), planes(30, 1, 0, 3));
        assertThatThrownBy(() -> train(TABLE.formatted("classification", 2, 1), quantities)).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("the task classification needs the class of each image, the data give numbers for each image");
        assertThatThrownBy(() -> train(TABLE.formatted("regression", 2, 1), quantities)).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("the data has 1 quantities, the network gives 2. Maybe a last block {kind: linear, outputs: 1}?");
        assertThatThrownBy(() -> train(TABLE.formatted("regression", 1, 1) + "search: {floors: [{name: a, minimise: macs, accuracy: 0.9}]}\n", quantities))
                .hasMessageContaining("the task is scored by r2, not by accuracy. Maybe r2: 0.9?");
        String table = TABLE.formatted("classification", 2, 1).replace("data: in-memory", "data: {kind: csv, path: " + EXAMPLES.toAbsolutePath()
                + "/data/patients.csv}").replace("channels: 2", "channels: 10");
        assertThatThrownBy(() -> FullyNested.open(table, Settings.standard()).data()).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("They look like quantities. Maybe task: regression?");
    }
}
