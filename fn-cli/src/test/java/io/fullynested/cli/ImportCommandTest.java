package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With the network that examples/import/train_fashion.py trained in PyTorch. */
class ImportCommandTest {

    private static final Path MODEL = Path.of("../examples/import/fashion.onnx");

    @TempDir
    private static Path folder;
    private static String imported;

    private record Outcome(int code, String out, String err) {
    }

    private static Outcome fn(Object... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), Stream.of(words).map(Object::toString).toArray(String[]::new));
        return new Outcome(code, out.toString(), err.toString());
    }

    @BeforeAll
    static void imports() throws IOException {
        Path data = Files.writeString(folder.resolve("data.yaml"), "data: {kind: idx, path: '"
                + Path.of("../examples/data/fashion-mnist").toAbsolutePath().normalize() + "', train-limit: 600}\nnetwork:\n"
                + "  input: {channels: 1, height: 28, width: 28}\n  blocks: [{kind: classifier, classes: 10}]\n");
        Outcome outcome = fn("import", MODEL, "--data", data, "--out", folder.resolve("out"));
        assertThat(outcome.code()).as(outcome.err()).isZero();
        imported = outcome.out();
    }

    @Test
    void itTellsWhatIsNestedAndThatTheNetworkIsTheSource() {
        assertThat(imported).contains("net.stages.stages.4.conv2 ", "LAYERS", "CHANNELS", "100.0 % of the parameters are on some axis",
                "source   validation accuracy 90.", "Next: ./fn run");
        double difference = Double.parseDouble(imported.replaceAll("(?s).*differs from the source by ([^ ]+) .*", "$1"));
        assertThat(difference).isLessThan(1e-5);
    }

    @Test
    void whatIsLeftOutIsExportedAndRunsAsItShould() {
        Outcome full = fn("export", folder.resolve("out/checkpoint.safetensors"), "--out", folder.resolve("full.onnx"));
        assertThat(full.code()).as(full.err()).isZero();
        assertThat(full.out()).containsPattern("test accuracy 8[6-9]").containsPattern("onnxruntime agrees on (100|99.[5-9])");
        Outcome less = fn("export", folder.resolve("out/checkpoint.safetensors"), "--out", folder.resolve("less.onnx"), "--select",
                "net.conv.layers=1,net.stages.stages.2.conv2.layers=1,net.stages.stages.4.conv2.layers=1,net.conv=12,weights.bits=4");
        assertThat(less.code()).as(less.err()).isZero();
        assertThat(less.out()).contains("onnxruntime agrees on ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "missing.onnx | there is no such file",
            "data.yaml | not an ONNX file",
            "cut.onnx | not an ONNX file, or cut short"})
    void whatIsNoNetworkIsRefusedByItsName(String name, String message) throws IOException {
        byte[] whole = Files.readAllBytes(MODEL);
        Files.write(folder.resolve("cut.onnx"), java.util.Arrays.copyOf(whole, whole.length / 2));
        Outcome outcome = fn("import", folder.resolve(name), "--data", folder.resolve("data.yaml"), "--out", folder.resolve("none"));
        assertThat(outcome.code()).isNotZero();
        assertThat(outcome.err()).contains(name, message).hasLineCount(1);
        assertThat(folder.resolve("none")).doesNotExist();
    }
}
