package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplainTest {

    @TempDir
    private static Path folder;

    @Test
    void aTargetIsExplainedAndNothingIsWritten() throws IOException {
        TinyProject project = TinyProject.in(folder);
        project.yaml("brief.yaml", TinyProject.YAML.replace("epochs: 8", "epochs: 1") + "export: {format: packed}\n");
        assertThat(project.fn("train", "@brief.yaml", "--out", "@trained").code()).isZero();
        var before = project.content("trained");

        var told = project.fn("export", "@trained/checkpoint.safetensors", "--select", "activations.bits=4", "--target", "nnapi", "--explain");
        assertThat(told.code()).as(told.err()).isZero();
        assertThat(told.out()).startsWith("qdq-int8: NNAPI takes symmetric int8 weights per channel and uint8 signals\n")
                .contains("in floats: input/normalize, as what goes in is not rounded\n", "refused: Clip or BitShift of codes, which signals of fewer than 8 bits need; "
                        + "the processor does that part: ");
        var floats = project.fn("export", "@trained/checkpoint.safetensors", "--target", "tensorrt", "--explain");
        assertThat(floats.out()).startsWith("float16: TensorRT's int8 codes have no zero point").contains("in floats: everything\n", "refused: nothing that is known\n");
        assertThat(project.content("trained")).isEqualTo(before);

        // a target on the command line comes before the YAML's format
        assertThat(project.fn("export", "@trained/checkpoint.safetensors", "--explain").out()).startsWith("packed: it was asked for\n");
        assertThat(project.fn("export", "@trained/checkpoint.safetensors", "--target", "stedgeai", "--no-verify", "--out", "@s8.onnx").out())
                .contains("s8.onnx: qdq-s8, ");

        // of so small a network, what codes need beside takes more than they save
        var smallest = project.fn("export", "@trained/checkpoint.safetensors", "--target", "size", "--explain");
        assertThat(smallest.out()).startsWith("float16: of all formats that fit, its file is the smallest\n").contains("refused: nothing that is known\n");
    }

    /** Of 331,776 selections of the quickstart some give the same submodel: the paths of a unit that is left out do not matter. */
    @Test
    void submodelsAreCountedToTheLastOne() throws IOException {
        var told = TinyProject.in(folder).fn("inspect", "../examples/quickstart.yaml");
        assertThat(told.code()).as(told.err()).isZero();
        assertThat(told.out()).startsWith("quickstart.yaml: 129,600 submodels\n");
    }
}
