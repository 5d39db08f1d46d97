package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/costs.md shows works as it says. */
class CostsPageTest {

    @TempDir
    private Path folder;
    private TinyProject project;
    private String page;

    @BeforeEach
    void read() throws IOException {
        project = TinyProject.in(folder);
        page = Files.readString(DocumentsTest.ROOT.resolve("docs/costs.md"));
    }

    private String block(String start) {
        int from = page.indexOf("```yaml\n" + start) + 8;
        return page.substring(from, page.indexOf("```", from));
    }

    @Test
    void itsDeviceIsOneAndIsRefusedAsItSays() throws IOException {
        project.yaml("pi4.yaml", block("device:"));
        assertThat(project.fn("inspect", "@tiny.yaml", "--device", "@pi4.yaml").out()).contains("pi4.latency 0.0");
        project.yaml("pi4.yaml", block("device:").replace("8: 96 GOPS, 32: 48 GFLOPS", "4: 96 GOPS"));
        var refused = project.fn("inspect", "@tiny.yaml", "--device", "@pi4.yaml");
        assertThat(refused.code()).isEqualTo(2);
        assertThat(page).contains("\n" + refused.err().replace(folder + "/", "").strip() + "\n");
    }

    @Test
    void itsNamedCostsAreTold() throws IOException {
        project.yaml("named.yaml", TinyProject.YAML.replaceFirst("(?s)search:.*", "") + block("costs:"));
        var told = project.fn("inspect", "@named.yaml");
        assertThat(told.err()).isEmpty();
        assertThat(told.out()).contains("full      battery 0.0").contains(", download ");
    }

    @Test
    void aMeasuredMachineIsADevice() throws IOException {
        var measured = project.fn("measure", "@tiny.yaml", "--submodels", "5", "--check", "2", "--out", "@lut/here.yaml", "--check-csv", "@lut/check.csv");
        assertThat(measured.code()).as(measured.err()).isZero();
        assertThat(measured.out()).contains("Predicts the latency of 2 other submodels within ", "The regression that fills holes misses held-out rows by ");
        assertThat(Files.readAllLines(project.path("lut/check.csv"))).hasSize(3);
        var told = project.fn("inspect", "@tiny.yaml", "--device", "@lut/here.yaml", "--select", "");
        assertThat(told.err()).isEmpty();
        assertThat(told.out()).containsPattern("full .*here.latency 0\\.0\\d+").containsPattern("conv1/conv .*here.latency ");
        assertThat(project.fn("measure", "@tiny.yaml", "--out", "@lut/here.yaml").err()).contains("is there already");
        assertThat(project.fn("measure", "@tiny.yaml", "--batch", "0", "--out", "@lut/b.yaml").err()).contains("--batch 0: at least 1 is needed");
    }

    @Test
    void thisMachineIsMeasuredAsItIsAsked() throws IOException {
        project.yaml("this.yaml", "device: {name: this, kind: onnxruntime, threads: 1}");
        var told = project.fn("inspect", "@tiny.yaml", "--device", "@this.yaml");
        assertThat(told.out()).as(told.err()).containsPattern("smallest .*this.latency 0\\.0\\d+");
    }

    @Test
    void everyCostIsInItsTables() {
        String listed = project.fn("plugins").out();
        listed.lines().filter(line -> line.startsWith("    cost model ")).map(line -> line.strip().split(" +")[2])
                .forEach(kind -> assertThat(page).contains("| `" + kind + "` |"));
        listed.lines().filter(line -> line.startsWith("    device ")).map(line -> line.strip().split(" +")[1])
                .forEach(kind -> assertThat(page).contains("### kind: " + kind + "\n"));
    }
}
