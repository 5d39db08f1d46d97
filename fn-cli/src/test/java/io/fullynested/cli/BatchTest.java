package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What fails does not take along what does not. */
class BatchTest {

    @TempDir
    private static Path folder;
    private static TinyProject project;

    @BeforeAll
    static void train() throws IOException {
        project = TinyProject.trained(folder, 1);
    }

    @Test
    void itemsAfterOneThatFailsAreDone() {
        StringWriter err = new StringWriter();
        Batch batch = new Batch(new PrintWriter(err, true));
        List<String> done = new ArrayList<>();
        for (String item : List.of("a", "b", "c")) {
            batch.attempt(item, () -> {
                if (item.equals("b")) {
                    throw new IOException("a bad day");
                }
                done.add(item);
            });
        }
        assertThat(done).containsExactly("a", "c");
        assertThat(err.toString().strip()).isEqualTo("b: a bad day");
        assertThat(batch.code()).isEqualTo(1);
        assertThatThrownBy(() -> batch.attempt("d", () -> {
            throw new CancellationException();
        })).isInstanceOf(CancellationException.class);
    }

    @Test
    void aFormatThatFailsDoesNotTakeTheOthersAlong() {
        // int4 needs opset 21
        var some = project.fn("export", "@trained/checkpoint.safetensors", "--format", "all", "--select", "weights.bits=4", "--opset", "19", "--out", "@some");
        assertThat(some.code()).isEqualTo(1);
        assertThat(some.err()).startsWith("int4: ").contains("opset 19").doesNotContain("float32", "qdq-int8");
        assertThat(project.content("some")).contains("float32.onnx", "qdq-int8.onnx").doesNotContain("int4.onnx");
    }

    @Test
    void whereAllFailsNothingIsLeft() {
        var none = project.fn("export", "@trained/checkpoint.safetensors", "--format", "all", "--opset", "3", "--out", "@none");
        assertThat(none.code()).isEqualTo(1);
        assertThat(none.err().lines()).hasSizeGreaterThan(2).allMatch(line -> line.contains("opset 3"));
        assertThat(project.path("none")).doesNotExist();
    }

    @Test
    void membersWithoutCodesMakeNoBundle() throws IOException {
        project.yaml("float.yaml", TinyProject.YAML.replace("epochs: 8", "epochs: 1").replaceFirst("(?s)  quantization:.*?training:", "training:"));
        assertThat(project.fn("train", "@float.yaml", "--out", "@float").code()).isZero();
        var refused = project.fn("bundle", "@float/checkpoint.safetensors", "--select", "whole:", "--out", "@none.fnb");
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).startsWith("member whole: ");
        assertThat(Files.exists(project.path("none.fnb"))).isFalse();
    }

    @Test
    void aTableOfAnotherNetworkIsRefusedByItsPlace() throws IOException {
        project.yaml("foreign.yaml", """
                device:
                  name: here
                  kind: latency-table
                  rows:
                    - {operator: teleport, in: 9x9x9, out: 9, time: 1.24 ms}
                """);
        var refused = project.fn("search", "@trained/checkpoint.safetensors", "--device", "@foreign.yaml", "--budget", "latency=2ms", "--out", "@none");
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("foreign.yaml:1: device: of ", " operators of the network, 0 are in the table or between those that are");
        assertThat(project.path("none")).doesNotExist();
    }
}
