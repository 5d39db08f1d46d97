package io.fullynested.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.graph.Activation;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.block.Classifier;
import io.fullynested.core.block.ConvBlock;
import io.fullynested.core.block.Nonlinearity;
import io.fullynested.core.block.ResidualStage;
import io.fullynested.core.model.GraphPasses;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files that versions of this program wrote, with the logits that their engine computed: {@code golden/<version>/<format>.onnx} and
 * {@code .csv}. Every later version must read them. A new version adds a folder: run {@link #main} with its name.
 */
class GoldenFilesTest {

    private static final Path FOLDER = Path.of("src/test/resources/golden");
    private static final String SELECTION = "weights.bits=4,activations.bits=6,block2.layers=1";
    private static final int IMAGES = 20;

    static Stream<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(FOLDER)) {
            return all.filter(file -> file.toString().endsWith(".onnx")).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void filesOfEarlierVersionsAreRead(Path path) throws IOException {
        OnnxFile file = OnnxFile.read(path);
        assertThat(Claims.broken(file)).isEmpty();
        Claims claims = Claims.of(file.proto());
        assertThat(claims.text("fullynested.version")).contains(path.getParent().getFileName().toString());
        assertThat(SubmodelSpec.parse(claims.text(Claims.SELECTION).orElseThrow())).isEqualTo(SubmodelSpec.parse(SELECTION));
        Format format = claims.format().orElseThrow();
        assertThat(format).isEqualTo(Format.of(path.getFileName().toString().replace(".onnx", "")));
        OnnxVerifier.Verification found = new OnnxVerifier(1).compare(Files.readAllBytes(path), RandomModels.images(IMAGES, 9), logits(path));
        assertThat(found.worst().flips()).isZero();
        assertThat(found.worst().maxAbsDiff()).isLessThan(format == Format.FLOAT16 ? 2e-2 : 1e-3);
    }

    @Test
    void everyFormatHasAGoldenFile() throws IOException {
        assertThat(files().map(file -> file.getFileName().toString()).distinct()).hasSize(Format.values().length);
    }

    private static Tensor logits(Path path) throws IOException {
        List<Float> values = new ArrayList<>();
        for (String row : Files.readAllLines(csv(path))) {
            Stream.of(row.split(",")).map(Float::valueOf).forEach(values::add);
        }
        float[] data = new float[values.size()];
        for (int i = 0; i < data.length; i++) {
            data[i] = values.get(i);
        }
        return new Tensor(new int[] {IMAGES, data.length / IMAGES}, data);
    }

    private static Path csv(Path path) {
        return path.resolveSibling(path.getFileName().toString().replace(".onnx", ".csv"));
    }

    /** Writes the files of a version. */
    public static void main(String[] args) throws IOException {
        Path folder = Files.createDirectories(FOLDER.resolve(args[0]));
        Supernet net = RandomModels.supernet(true, true, new ConvBlock(4, 3, 2, 1, Nonlinearity.HARD_SWISH), new ResidualStage(4, 2, 2, 2, 3, 1),
                (x, b) -> b.activate(Activation.RELU6, b.shuffle(x, 2)), new Classifier(3));
        Model model = RandomModels.extract(net, SELECTION, 1);
        Model floats = new Model(GraphPasses.clipped(model.graph()), model.parameters());
        Provenance provenance = new Provenance(args[0], "golden.yaml", SubmodelSpec.parse(SELECTION), Map.of(), Map.of(), List.of("a", "b", "c"));
        for (Format format : Format.values()) {
            Model written = format.coded() ? model : floats;
            Path path = folder.resolve(format.id() + ".onnx");
            new OnnxExporter(format).export(written, provenance).write(path);
            Tensor logits = RandomModels.logits(written, RandomModels.images(IMAGES, 9));
            StringBuilder rows = new StringBuilder();
            for (int i = 0; i < logits.data().length; i++) {
                rows.append(logits.data()[i]).append((i + 1) % 3 == 0 ? "\n" : ",");
            }
            Files.writeString(csv(path), rows);
        }
    }
}
