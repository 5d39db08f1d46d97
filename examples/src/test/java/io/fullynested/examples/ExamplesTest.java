package io.fullynested.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fullynested.FullyNested;
import io.fullynested.RunSpec;
import io.fullynested.Settings;
import io.fullynested.TrainedSupernet;
import io.fullynested.api.data.DataSource;
import io.fullynested.api.data.Dataset;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.OrderedDropout;
import io.fullynested.api.search.Candidate;
import io.fullynested.core.data.ArrayDataset;
import io.fullynested.core.spec.Options;
import io.fullynested.onnx.OnnxCosts;
import io.fullynested.onnx.OnnxFile;
import io.fullynested.search.SearchOptions;
import io.fullynested.search.UniformScaling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each example runs, on few images. */
class ExamplesTest {

    /** In the place of the example's images: few, and none of them like another. */
    private static final Settings SETTINGS = Settings.standard().withThreads(1).withBase(Path.of("")).withData(base ->
            new DataSource.Splits(noise(200, 1), noise(60, 2), noise(60, 3)));

    @TempDir
    private Path folder;

    private static Dataset noise(int images, long seed) {
        byte[] pixels = new byte[images * 28 * 28];
        new Random(seed).nextBytes(pixels);
        List<String> classes = IntStream.range(0, 10).mapToObj(String::valueOf).toList();
        return ArrayDataset.ofBytes(Shape.image(1, 28, 28), classes, pixels, IntStream.range(0, images).map(i -> i % 10).toArray());
    }

    private Path quickstart() throws IOException {
        String yaml = Files.readString(Path.of("quickstart.yaml")).replaceFirst("epochs: \\d+", "epochs: 1");
        return Files.writeString(folder.resolve("short.yaml"), yaml.substring(0, yaml.indexOf("\nsearch:"))
                + "\nsearch: {strategy: uniform-scaling, budgets: []}\n");
    }

    @Test
    void libraryUse() throws IOException {
        Candidate tiny = LibraryUse.export(quickstart(), folder.resolve("tiny.onnx"), SETTINGS);
        assertThat(tiny.costs().get("macs")).isLessThanOrEqualTo(200_000);
        assertThat(OnnxCosts.of(OnnxFile.read(folder.resolve("tiny.onnx")).proto()).macs()).isEqualTo(tiny.costs().get("macs").longValue());
    }

    @Test
    void quickstartInJava() throws IOException {
        RunSpec spec = QuickstartInJava.description(1);
        SearchOptions search = Options.of(SearchOptions.class).set(SearchOptions::strategy).to(new UniformScaling())
                .set(SearchOptions::budgets).to(spec.search().budgets()).make();
        Candidate tiny = QuickstartInJava.run(
                new RunSpec(spec.data(), spec.task(), spec.network(), spec.training(), spec.costs(), spec.devices(), search, spec.export()), SETTINGS,
                folder.resolve("out"));
        assertThat(tiny.costs().get("macs")).isLessThanOrEqualTo(100_000);
        assertThat(Files.readString(folder.resolve("out/plots/training.svg"))).contains("<svg").contains("<path");
        assertThat(Files.readString(folder.resolve("out/plots/front-macs.svg"))).contains("<svg").contains("<path");
        assertThat(Files.readString(folder.resolve("out/search.json"))).contains("\"chosen\"").contains("\"macs\"");
        assertThat(OnnxFile.read(folder.resolve("out/tiny.onnx")).proto().getGraph().getNodeCount()).isPositive();
        try (TrainedSupernet again = FullyNested.load(folder.resolve("out/checkpoint.safetensors"), SETTINGS)) {
            assertThat(again.evaluate(tiny.spec(), again.network().data().validation()).loss()).isCloseTo(tiny.evaluation().loss(), within(1e-9));
        }
    }

    @Test
    void ownBlock() throws IOException {
        assertThat(OwnBlock.run(1, SETTINGS, folder.resolve("own.onnx"))).extracting(NestedAxis::id)
                .containsExactly("conv1.channels", "far1.near", "far1.far");
        assertThat(OnnxFile.read(folder.resolve("own.onnx")).proto().getGraph().getNodeList()).anyMatch(node -> node.getOpType().equals("Concat"));
    }

    @Test
    void ownCostModel() throws IOException {
        Map<String, Candidate> found = OwnCostModel.run(quickstart(), 50_000, SETTINGS);
        assertThat(found.get("fast").costs().get("cycles")).isBetween(1_000.0, 50_000.0);
    }

    @Test
    void comparingDropout() throws IOException {
        Map<OrderedDropout, double[]> accuracy = ComparingDropout.run(1, SETTINGS);
        assertThat(accuracy).hasSize(4).allSatisfy((dropout, test) -> assertThat(test).hasSize(5));
    }

    @Test
    void mixedPrecision() throws IOException {
        Candidate found = MixedPrecision.run(1, 14_000, SETTINGS, folder.resolve("mixed.onnx"));
        assertThat(found.costs().get("size")).isLessThanOrEqualTo(14_000);
        assertThat(found.spec().keeps().entrySet().stream().filter(axis -> axis.getKey().endsWith("weights.bits"))).hasSize(4);
        assertThat(found.spec().keeps().values().stream().distinct()).hasSizeGreaterThan(1);
    }

    @Test
    void tabularMlp() {
        Map<Integer, Double> accuracies = TabularMlp.accuracies(12, Settings.standard().withThreads(1));
        assertThat(accuracies).hasSize(4);
        assertThat(accuracies.values().stream().mapToDouble(a -> a).max().orElseThrow()).isGreaterThan(0.85);
    }

    @Test
    void ownTrainingLoop() throws IOException {
        assertThat(OwnTrainingLoop.train(quickstart(), folder.resolve("own.safetensors"), SETTINGS)).isBetween(0.0, 1.0);
        assertThat(folder.resolve("own.safetensors")).exists();
    }

    @Test
    void thePictureOfTheFiveSumsIsOfTheCode() throws IOException {
        assertThat(FiveSums.svg()).as("docs/images/five-sums.svg is stale. Refresh it: io.fullynested.examples.FiveSums docs/images/five-sums.svg")
                .isEqualTo(Files.readString(Path.of("../docs/images/five-sums.svg")));
    }

    /** What only makes data is no example. */
    @Test
    void everyExampleIsShort() throws IOException {
        try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
            for (Path source : sources.filter(file -> file.toString().endsWith(".java") && !file.endsWith("ShapePhotos.java")).toList()) {
                assertThat(Files.readAllLines(source)).as(source.toString()).hasSizeLessThan(80);
            }
        }
    }

    @Test
    void theTutorialsDescriptionIsOfItsPhotos() throws IOException {
        ShapePhotos.write(folder.resolve("photos"), 0.1, 1);
        String page = Files.readString(Path.of("../docs/tutorial.md"));
        int begin = page.indexOf("```yaml\n") + "```yaml\n".length();
        Path yaml = Files.writeString(folder.resolve("photos.yaml"), page.substring(begin, page.indexOf("```", begin)));
        try (FullyNested fn = FullyNested.open(yaml, Settings.standard().withThreads(1))) {
            DataSource.Splits data = fn.data();
            assertThat(data.train().classes()).containsExactly("circle", "cross", "square", "star", "triangle");
            assertThat(data.train().size() + data.validation().size() + data.test().size()).isEqualTo(360);
            assertThat(fn.spec().search().budgets()).extracting(budget -> budget.name()).containsExactly("phone", "watch");
        }
    }
}
