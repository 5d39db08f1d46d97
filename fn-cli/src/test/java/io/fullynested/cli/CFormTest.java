package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.fullynested.RunSummary;
import io.fullynested.c.CompiledC;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CFormTest {

    @TempDir
    private static Path folder;
    private static TinyProject project;

    @BeforeAll
    static void train() throws IOException {
        project = TinyProject.trained(folder, 2);
    }

    @Test
    void aPairOfFilesIsWrittenThatSaysWhatItTakes() throws IOException {
        var told = project.fn("export", "@trained/checkpoint.safetensors", "--select", TinyProject.SMALLEST, "--format", "c", "--out", "@c/My net-2.c");
        assertThat(told.code()).as(told.err()).isZero();
        assertThat(project.content("c")).containsExactly("My net-2.c", "My net-2.h");
        String header = Files.readString(project.path("c/My net-2.h"));
        assertThat(header).contains("selection: " + TinyProject.SMALLEST, "#define MY_NET_2_INPUT_BYTES 100 ", "#define MY_NET_2_OUTPUTS 3 ",
                "int my_net_2_classify(const uint8_t *pixels_in);", "test accuracy: ");
        assertThat(told.out()).contains("bytes of flash", " bytes of memory, ", "test accuracy");
        var again = project.fn("export", "@trained/checkpoint.safetensors", "--select", TinyProject.SMALLEST, "--format", "c", "--out", "@c/again.c");
        assertThat(again.code()).isZero();
        assertThat(Files.readString(project.path("c/again.h")).replace("again", "my_net_2").replace("AGAIN", "MY_NET_2")).isEqualTo(header);
    }

    @Test
    void itIsRunWhereThereIsACompiler() throws IOException {
        assumeThat(CompiledC.compiler()).as("a C compiler").isPresent();
        var told = project.fn("export", "@trained/checkpoint.safetensors", "--random", "3", "--format", "c", "--out", "@run/net.c");
        assertThat(told.code()).as(told.err()).isZero();
        assertThat(told.out()).contains("compiled and run here, it agrees on 100.00 % of 90 answers");
    }

    @Test
    void nothingIsOverwritten() throws IOException {
        Files.writeString(project.path("taken.h"), "mine");
        var told = project.fn("export", "@trained/checkpoint.safetensors", "--format", "c", "--out", "@taken.c");
        assertThat(told.code()).isNotZero();
        assertThat(told.err()).contains("taken.h is there already");
        assertThat(Files.readString(project.path("taken.h"))).isEqualTo("mine");
        assertThat(project.path("taken.c")).doesNotExist();
    }

    @Test
    void whatHasNoIntegerFormIsRefusedByName() throws IOException {
        project.yaml("floats.yaml", TinyProject.YAML.replace("epochs: 8", "epochs: 1").replace("- {kind: dense, neurons: 8}",
                "- {kind: dense, neurons: 8, quantize: false}"));
        assertThat(project.fn("train", "@floats.yaml", "--out", "@floats").code()).isZero();
        var told = project.fn("export", "@floats/checkpoint.safetensors", "--format", "c");
        assertThat(told.code()).isNotZero();
        assertThat(told.err()).startsWith("--format c: ").contains("dense1/dense has no integer form: its weights are not quantised. Maybe ");
        assertThat(project.content("floats")).noneMatch(file -> file.endsWith(".c") || file.endsWith(".h"));

        var explained = project.fn("export", "@floats/checkpoint.safetensors", "--format", "c", "--explain");
        assertThat(explained.code()).isZero();
        assertThat(explained.out()).startsWith("c: ").contains("refused: dense1/dense has no integer form: its weights are not quantised.");
    }

    @Test
    void itIsExplained() {
        var told = project.fn("export", "@trained/checkpoint.safetensors", "--select", TinyProject.SMALLEST, "--format", "c", "--explain");
        assertThat(told.code()).as(told.err()).isZero();
        assertThat(told.out()).contains("in integers: conv1/conv, weights of 3 bits, gives uint4\n", "refused: nothing\n", "flash: ", "memory: ");
        assertThat(project.path("trained/model.c")).doesNotExist();
    }

    /** A search for bytes of flash, and files that keep them. */
    @Test
    void aRunExportsAsItsDescriptionSays() throws IOException {
        project.yaml("c.yaml", TinyProject.YAML.replace("epochs: 8", "epochs: 4").replace("macs: 5k, size: 4k", "size: 4k") + "export: {format: c}\n");
        var told = project.fn("run", "@c.yaml", "--out", "@ran");
        assertThat(told.code()).as(told.err() + told.out()).isZero();
        assertThat(project.content("ran/models")).containsExactly("small.c", "small.h", "tiny.c", "tiny.h");
        RunSummary summary = RunSummary.read(project.path("ran/summary.json"));
        RunSummary.Chosen tiny = summary.budgets().get(1);
        assertThat(tiny.c()).isTrue();
        assertThat(tiny.cost().get("size")).isLessThanOrEqualTo(4096);
        assertThat(Files.readString(project.path("ran/models/tiny.h"))).contains(String.format("#define TINY_FLASH_BYTES %.0f ", tiny.cost().get("size")));
        var again = project.fn("export", "@ran/checkpoint.safetensors", "--out", "@ran/one.c", "--no-verify");
        assertThat(again.code()).as(again.err()).isZero();
        assertThat(project.path("ran/one.h")).exists();
    }

    @Test
    void aDescriptionWithoutAnIntegerFormIsRefusedAtItsLine() throws IOException {
        project.yaml("refused.yaml", TinyProject.YAML.replace("activations: {bits: 8, min: 4}", "switchable-clips: false") + "export: {format: c}\n");
        var told = project.fn("run", "@refused.yaml", "--out", "@refused");
        assertThat(told.code()).isNotZero();
        assertThat(told.err()).contains("refused.yaml:18: export.format: input has no integer form: what goes in is not rounded. Maybe quantization: {activations: {bits: 8}}?\n");
        project.yaml("truncated.yaml", TinyProject.YAML.replace("min: 4}", "min: 4}\n    activation-code: truncated") + "export: {format: c}\n");
        told = project.fn("run", "@truncated.yaml", "--out", "@refused");
        assertThat(told.code()).isNotZero();
        assertThat(told.err()).contains("truncated.yaml:19: export.format: ", "its codes are the leading bits of longer ones. Maybe activation-code: rounded, or");
        assertThat(project.path("refused")).doesNotExist();
    }

    @Test
    void aFamilySharesItsWeights() throws IOException {
        var told = project.fn("bundle", "@trained/checkpoint.safetensors", "--format", "c", "--select", "large:weights.bits=8", "--select",
                "small-1:" + TinyProject.SMALLEST, "--out", "@family/both.c");
        assertThat(told.code()).as(told.err()).isZero();
        assertThat(project.content("family")).containsExactly("both.c", "both.h");
        assertThat(told.out()).contains("2 members, ", "large ", "small-1 ");
        assertThat(Files.readString(project.path("family/both.h"))).contains("#define BOTH_MEMBERS 2 ", "#define BOTH_MEMBER_SMALL_1 1 ",
                "int both_classify(int member, const uint8_t *pixels_in);");
        var twice = project.fn("bundle", "@trained/checkpoint.safetensors", "--format", "c", "--select", "a.b:weights.bits=8", "--select", "a-b:weights.bits=4", "--out",
                "@family/twice.c");
        assertThat(twice.code()).isNotZero();
        assertThat(twice.err()).contains("two members would be called a_b in C");
        assertThat(project.path("family/twice.h")).doesNotExist();
    }
}
