package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.FullyNested;
import io.fullynested.Settings;
import io.fullynested.core.checkpoint.Checkpoint;
import io.fullynested.onnx.OnnxFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A checkpoint that was copied away from its data. */
class MovedCheckpointTest {

    private static final String SELECTION = "stage1.layers=1,weights.bits=4";

    @TempDir
    private static Path folder;
    private static TinyProject project;
    private static String moved;

    @BeforeAll
    static void move() throws IOException {
        project = TinyProject.in(folder);
        project.yaml("short.yaml", TinyProject.YAML.replace("epochs: 8", "epochs: 2"));
        assertThat(project.fn("train", "@short.yaml", "--out", "@trained").code()).isZero();
        Files.createDirectories(project.path("far/away/über alles"));
        moved = "@far/away/über alles/copy.safetensors";
        Files.copy(project.path("trained/checkpoint.safetensors"), project.path(moved.substring(1)));
    }

    @Test
    void isExportedWithoutDataToTheSameNetwork() throws IOException {
        var exported = project.fn("export", moved, "--select", SELECTION, "--out", "@moved.onnx");
        assertThat(exported.code()).as(exported.err()).isZero();
        assertThat(exported.err()).contains("warning: short.yaml:1: data: ", "--base", "--data", "training images that are kept in the checkpoint");
        assertThat(exported.out()).contains("onnxruntime agrees on ").doesNotContain("accuracy");
        assertThat(project.fn("export", "@trained/checkpoint.safetensors", "--select", SELECTION, "--out", "@stayed.onnx").code()).isZero();
        assertThat(OnnxFile.read(project.path("moved.onnx")).proto().getGraph()).isEqualTo(OnnxFile.read(project.path("stayed.onnx")).proto().getGraph());
    }

    @Test
    void isExportedUnverifiedToTheSameBytes() {
        for (String[] from : new String[][] {{moved, "a"}, {"@trained/checkpoint.safetensors", "b"}}) {
            var exported = project.fn("export", from[0], "--no-verify", "--out", "@" + from[1] + ".onnx");
            assertThat(exported.code()).as(exported.err()).isZero();
        }
        assertThat(project.path("a.onnx")).hasSameBinaryContentAs(project.path("b.onnx"));
    }

    /** Whatever it is for, and however many inputs and outputs it has: one epoch of the examples' networks. */
    @ParameterizedTest
    @ValueSource(strings = {"regression", "multi-label", "segmentation", "two-inputs", "two-outputs"})
    void ofAnyTaskIsExportedWithoutDataToTheSameNetwork(String example) throws IOException {
        Path examples = Path.of("../examples").toAbsolutePath().normalize();
        project.yaml(example + ".yaml", Files.readString(examples.resolve(example + ".yaml")).replace("path: data/", "path: " + examples + "/data/")
                .replaceFirst("epochs: \\d+", "epochs: 1"));
        exportsTheSame(example);
    }

    @Test
    void ofAnImitationIsExportedWithoutItsTeacherToTheSameNetwork() throws IOException {
        project.yaml("imitation.yaml", TinyProject.YAML.replace("epochs: 8", "epochs: 1") + "task: {kind: imitate, checkpoint: trained/checkpoint.safetensors, loss: kl}\n");
        exportsTheSame("imitation");
    }

    private static void exportsTheSame(String name) throws IOException {
        var trained = project.fn("train", "@" + name + ".yaml", "--out", "@" + name);
        assertThat(trained.code()).as(trained.out() + trained.err()).isZero();
        assertThat(project.fn("export", "@" + name + "/checkpoint.safetensors", "--out", "@" + name + "-stayed.onnx").code()).isZero();
        Path copy = Files.createDirectories(project.path("far/" + name)).resolve("copy.safetensors");
        Files.copy(project.path(name + "/checkpoint.safetensors"), copy);
        Files.delete(project.path(name + ".yaml"));
        Checkpoint moved = Checkpoint.read(copy);
        Map<String, String> metadata = new TreeMap<>(moved.metadata());
        metadata.put("spec", metadata.get("spec").replaceFirst("path: [^,}]*", "path: nowhere"));
        new Checkpoint(metadata, moved.tensors()).write(copy);
        var exported = project.fn("export", copy.toString(), "--out", "@" + name + "-moved.onnx");
        assertThat(exported.code()).as(exported.err()).isZero();
        assertThat(exported.out()).contains("onnxruntime agrees on ");
        assertThat(OnnxFile.read(project.path(name + "-moved.onnx")).proto().getGraph()).isEqualTo(OnnxFile.read(project.path(name + "-stayed.onnx")).proto().getGraph());
    }

    @Test
    void whatNeedsDataSaysHowToGiveThem() {
        var refused = project.fn("search", moved, "--out", "@none");
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("there is no such folder of IDX files", "--base FOLDER", "--data SPEC");
        assertThat(project.path("none")).doesNotExist();
        for (String[] given : new String[][] {{"--base", folder.toString()}, {"--data", "@short.yaml"}}) {
            var searched = project.fn("search", moved, given[0], given[1], "--out", "@" + given[0]);
            assertThat(searched.code()).as(searched.err()).isZero();
        }
    }

    @Test
    void whatWasMeasuredOnOtherImagesIsMeasuredAnew() throws IOException {
        byte[] labels = Files.readAllBytes(project.path("data/validation-labels-idx1-ubyte"));
        Files.createDirectories(project.path("other"));
        for (String file : project.content("data")) {
            Files.copy(project.path("data/" + file), project.path("other/" + file));
        }
        // one label of 60
        labels[8 + 30] = (byte) ((labels[8 + 30] + 1) % 3);
        Files.write(project.path("other/validation-labels-idx1-ubyte"), labels);
        project.yaml("other.yaml", TinyProject.YAML.replace("path: data", "path: other"));
        String[] own = {"search", "@trained/checkpoint.safetensors", "--out", "@twice"};
        assertThat(project.fn(own).code()).isZero();
        byte[] before = Files.readAllBytes(project.path("twice/evaluations.csv"));
        assertThat(project.fn("search", own[1], "--out", "@twice", "--data", "@other.yaml", "--overwrite").code()).isZero();
        assertThat(project.fn("search", own[1], "--out", "@once", "--data", "@other.yaml").code()).isZero();
        assertThat(project.path("twice/evaluations.csv")).hasSameBinaryContentAs(project.path("once/evaluations.csv"));
        assertThat(Files.readAllBytes(project.path("twice/evaluations.csv"))).isNotEqualTo(before);
        try (FullyNested some = FullyNested.open(project.path("tiny.yaml"), Settings.standard());
             FullyNested others = FullyNested.open(project.path("other.yaml"), Settings.standard());
             FullyNested same = FullyNested.open(project.path("tiny.yaml"), Settings.standard())) {
            assertThat(some.identity()).isEqualTo(same.identity()).isNotEqualTo(others.identity());
        }
    }

    @Test
    void isVerifiedWithTheDataOfADescription() {
        assertThat(project.fn("export", "@trained/checkpoint.safetensors", "--select", SELECTION, "--out", "@verified.onnx").code()).isZero();
        var verified = project.fn("verify", "@verified.onnx", "--checkpoint", moved, "--data", "@short.yaml");
        assertThat(verified.code()).as(verified.out() + verified.err()).isZero();
        assertThat(verified.out()).contains("against the checkpoint");
        // the description within names the data, where they are
        assertThat(project.fn("verify", "@verified.onnx", "--checkpoint", "@trained/checkpoint.safetensors").code()).isZero();
        assertThat(project.fn("verify", "@verified.onnx").err()).contains("--data SPEC is missing");
    }
}
