package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fullynested.RunSummary;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.onnx.Claims;
import io.fullynested.onnx.OnnxFile;
import io.fullynested.onnx.OnnxSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members that answer together, from YAML to a file. */
class EnsembleStepTest {

    @TempDir
    private Path folder;

    /** One whose images are so noisy that submodels err differently, and a description that measures some of them. */
    private TinyProject doubtful() throws IOException {
        TinyProject project = TinyProject.in(folder);
        Random random = new Random(9);
        for (String set : List.of("train", "validation", "t10k")) {
            Path file = project.path("data/" + set + "-images-idx3-ubyte");
            byte[] pixels = Files.readAllBytes(file);
            for (int i = 16; i < pixels.length; i++) {
                pixels[i] = (byte) Math.max(0, Math.min(255, (pixels[i] & 0xff) + 140 * random.nextGaussian()));
            }
            Files.write(file, pixels);
        }
        project.yaml("together.yaml", TinyProject.YAML.replace("- {name: small, macs: 12k}", "- {name: small, macs: 40k}")
                .replace("search:", "search:\n  ensemble: 3\n  strategy: {kind: random, draws: 20, keep: 20}"));
        return project;
    }

    private static float[] answers(Path file, Tensor images) throws IOException {
        try (OnnxSession session = OnnxSession.open(file, true, 1)) {
            return session.run(images).data();
        }
    }

    @Test
    void aRunLeavesOneFileThatAnswersByTheMean() throws IOException {
        TinyProject project = doubtful();
        var run = project.fn("run", "@together.yaml", "--out", "@run");
        assertThat(run.code()).as(run.err()).isZero();
        RunSummary summary = RunSummary.read(project.path("run/summary.json"));
        RunSummary.Together together = summary.ensembles().get(0);
        assertThat(together.name()).isEqualTo("small");
        assertThat(together.selections()).hasSizeBetween(2, 3);
        assertThat(together.cost().get("macs")).isLessThanOrEqualTo(40_000);
        Path file = project.path("run/" + together.onnx());
        String page = Files.readString(project.path("run/report.html"));
        assertThat(page).contains("<section id=\"ensembles\">", "href=\"" + together.onnx() + "\"");
        assertThat(together.cost().get("size")).isEqualTo(Files.size(file));

        Tensor images = new Tensor(new int[] {20, 1, 10, 10}, new float[2000]);
        Random random = new Random(5);
        for (int i = 0; i < 2000; i++) {
            images.data()[i] = random.nextFloat();
        }
        double[] mean = new double[60];
        double macs = 0;
        for (int k = 0; k < together.selections().size(); k++) {
            String selection = together.selections().get(k).entrySet().stream().map(entry -> entry.getKey() + "=" + entry.getValue()).collect(Collectors.joining(","));
            assertThat(project.fn("export", "@run/checkpoint.safetensors", "--select", selection, "--out", "@member" + k + ".onnx").code()).isZero();
            float[] alone = answers(project.path("member" + k + ".onnx"), images);
            for (int i = 0; i < mean.length; i++) {
                mean[i] += alone[i] / (double) together.selections().size();
            }
            macs += Claims.of(OnnxFile.read(project.path("member" + k + ".onnx")).proto()).number("fullynested.cost.macs").orElseThrow();
        }
        float[] all = answers(file, images);
        for (int i = 0; i < mean.length; i++) {
            assertThat((double) all[i]).as("logit %d", i).isCloseTo(mean[i], within(1e-4));
        }
        assertThat(together.cost().get("macs")).isEqualTo(macs);
        assertThat(project.fn("verify", "@run/models", "--checkpoint", "@run/checkpoint.safetensors").code()).isZero();
    }

    @Test
    void aSearchLeavesSelectionsThatOneExportTakes() throws IOException {
        TinyProject project = doubtful();
        assertThat(project.fn("train", "@together.yaml", "--out", "@trained").code()).isZero();
        var search = project.fn("search", "@trained/checkpoint.safetensors", "--budget", "all:macs=40k", "--ensemble", "2", "--out", "@found");
        assertThat(search.code()).as(search.err()).isZero();
        Path selections = project.path("found/selections/all.ensemble.txt");
        List<String> lines = Files.readAllLines(selections);
        assertThat(lines).hasSize(2);
        assertThat(project.fn("export", "@trained/checkpoint.safetensors", "--select", selections.toString(), "--out", "@a.onnx").out()).contains("2 members");
        assertThat(project.fn("export", "@trained/checkpoint.safetensors", "--select", lines.get(0), "--select", lines.get(1), "--out", "@b.onnx").code()).isZero();
        assertThat(project.path("a.onnx")).hasSameBinaryContentAs(project.path("b.onnx"));

        assertThat(project.fn("bundle", "@trained/checkpoint.safetensors", "--select", "one:" + lines.get(0), "--select", "two:" + lines.get(1), "--out", "@b.fnb").code())
                .isZero();
        var both = project.fn("export", "--from", "@b.fnb", "--member", "one", "--member", "two", "--out", "@c.onnx");
        assertThat(both.code()).as(both.err()).isZero();
        Tensor images = new Tensor(new int[] {1, 1, 10, 10}, new float[100]);
        assertThat(answers(project.path("c.onnx"), images)).containsExactly(answers(project.path("a.onnx"), images), within(1e-4f));

        var tune = project.fn("tune", "@trained/checkpoint.safetensors", "--select", selections.toString(), "--out", "@bad.safetensors");
        assertThat(tune.code()).isEqualTo(2);
        assertThat(tune.err()).contains("2 submodels, and this is about one");
        assertThat(project.fn("export", "--from", "@b.fnb", "--member", "one", "--member", "one", "--out", "@d.onnx").err()).contains("the same member twice");
    }
}
