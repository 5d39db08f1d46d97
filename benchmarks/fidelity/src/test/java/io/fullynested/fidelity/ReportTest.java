package io.fullynested.fidelity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

    @TempDir
    private Path folder;

    private static Row row(String recipe, long seed, int paths, double accuracy, long trainMacs) {
        return new Row("paths", recipe, seed, "paths", "a.paths=" + paths + ",b.paths=" + paths, 32, 32, paths * 1000L, paths * 1_024_000L, 100,
                trainMacs, trainMacs / 10.0, accuracy);
    }

    @Test
    void comparesNestedWithTwinsAndSaysWhatIsMissing() throws IOException {
        Path csv = folder.resolve("results.csv");
        Results results = new Results(csv);
        results.append(List.of(row("nested", 1, 4, 90, 300), row("nested", 1, 1, 85, 300), row("nested", 2, 4, 91, 300), row("nested", 2, 1, 86, 300)));
        results.append(List.of(row("twin", 1, 4, 90.25, 100)));
        results.append(List.of(row("tuned", 1, 4, 90.5, 280), row("tuned", 1, 1, 86.5, 5)));
        results.append(List.of(row("twin", 1, 1, 86.5, 20), row("twin", 1, 4, 10, 100)));
        Path page = folder.resolve("docs/results.md");
        Files.createDirectories(page.getParent());

        Report.write(csv, page);

        assertThat(results.read()).hasSize(8);
        assertThat(page).content()
                .contains("paths: nested is **0.38 points below** its twins on average over 2 selections; it loses the most, 1.00, at a.paths=1, ….")
                .contains("paths: tuned is **0.13 points above** its twins on average over 2 selections; it loses nowhere.")
                .contains("| a.paths=4, … | 4 | 4.10 | 90.50 ± 0.71 | 90.25 | – | 90.50 | +0.25 |")
                .contains("| a.paths=1, … | 1 | 1.02 | 85.50 ± 0.71 | 86.50 | – | 86.50 | -1.00 |")
                .contains("| tuned | 2.0 | 200 | 0 | 2.85 | 29 | 2.85 |")
                .contains("| nested | 1.0 | 100 | 0 | 3.00 | 30 | 3.00 |")
                .contains("| twin | 2.0 | 200 | 0 | 1.20 | 12 | 1.20 |")
                .contains("nested has 2 of 3 seeds at 2 selections; twin has 1 of 3 seeds at 2 selections; truncated has 0 of 3 seeds at 1 selections")
                .contains("us-net").contains("of [results.csv](../results.csv)").contains("![accuracy](results/paths.svg)")
                .contains("Not in results.csv: the tables bits, bits-and-activations, channels, neurons, layers, joint, levels, ablation.");
        assertThat(Files.readString(folder.resolve("docs/results/paths.svg")).contains("<svg")).isTrue();
        assertThat(folder.resolve("docs/results")).isDirectoryNotContaining("glob:**bits.svg");
    }

    @Test
    void saysWhatLeavingOutAnIngredientDoes() throws IOException {
        Path csv = folder.resolve("results.csv");
        List<Row> rows = new ArrayList<>();
        ablation(rows, "nested", 1, 90, 88, 86);
        ablation(rows, "without-clip", 1, 89.5, 88.5, 87);
        ablation(rows, "nested", 2, 91, 88, 86);
        ablation(rows, "without-clip", 2, 90.9, 88.5, 87);
        ablation(rows, "nested", 3, 92, 90, 88);
        ablation(rows, "without-warm-up", 3, 91, 89, 88);
        new Results(csv).append(rows);
        Path page = folder.resolve("results.md");

        Report.write(csv, page);

        assertThat(page).content().contains("| recipe | seeds | full | mean of 2 tied |").contains("| nested | 3 | 91.00 ± 1.00 | 87.67 ± 1.15 |")
                .contains("| without-clip | 2 | 90.20 ± 0.99 (-0.30 ± 0.28) | 87.75 ± 0.00 (+0.75 ± 0.00) |")
                .contains("| without-warm-up | 1 | 91.00 (-1.00) | 88.50 (-0.50) |");
    }

    private static void ablation(List<Row> rows, String recipe, long seed, double full, double... tied) {
        rows.add(new Row("ablation", recipe, seed, "full", "weights.bits=8", 8, 8, 1000, 64_000, 100, 1000, 10, full));
        for (int i = 0; i < tied.length; i++) {
            int bits = 4 - 2 * i;
            rows.add(new Row("ablation", recipe, seed, "tied", "weights.bits=" + bits, bits, 8, 1000, bits * 8000L, 100, 1000, 10, tied[i]));
        }
    }

    @Test
    void saysWhatEachFurtherLevelCosts() throws IOException {
        Path csv = folder.resolve("results.csv");
        List<Row> rows = new ArrayList<>();
        level(rows, "bits+neurons", "a.neurons=8,weights.bits=8", 89.25);
        level(rows, "bits", "weights.bits=8", 90.5);
        level(rows, "bits+neurons+channels+paths", "a.neurons=8,b.channels=8,b.paths=2,weights.bits=8", 89);
        new Results(csv).append(rows);
        Path page = folder.resolve("results.md");

        Report.write(csv, page);

        assertThat(page).content().contains("What each further level costs the full network, in points: bits 0.50, neurons 1.25, channels and paths 0.25.")
                .containsSubsequence("| bits | 1 ", "| bits + neurons | 1 ");
    }

    private static void level(List<Row> rows, String level, String selection, double accuracy) {
        rows.add(new Row("levels", "nested", 1, level, selection, 8, 8, 1000, 64_000, 100, 1000, 10, accuracy));
        rows.add(new Row("levels", "twin", 1, level, selection, 8, 8, 1000, 64_000, 100, 1000, 10, 91));
    }

    @Test
    void writesNoPageWithoutResults() {
        Path page = folder.resolve("results.md");
        StringWriter console = new StringWriter();

        int code = Main.run(new PrintWriter(console), "report", "--results", folder.resolve("none.csv").toString(), "--out", page.toString());

        assertThat(code).isEqualTo(2);
        assertThat(console.toString()).contains("none.csv has no rows to report");
        assertThat(page).doesNotExist();
    }

    @Test
    void refusesAPageWhosePicturesWouldHaveItsName() throws IOException {
        Path csv = folder.resolve("results.csv");
        new Results(csv).append(List.of(row("nested", 1, 4, 90, 300)));

        assertThatThrownBy(() -> Report.write(csv, folder.resolve("page"))).isInstanceOf(IOException.class).hasMessageContaining("should end in .md");
        assertThat(folder.resolve("page")).doesNotExist();
    }

    @Test
    void refusesAFileThatIsDamaged() throws IOException {
        Path csv = folder.resolve("results.csv");
        Files.writeString(csv, Row.HEADER + "\n" + row("twin", 1, 4, 90, 100).line() + "\npaths,twin,1\n");

        assertThatThrownBy(() -> new Results(csv).read()).isInstanceOf(IOException.class).hasMessageContaining("results.csv:3: 'paths,twin,1'");
    }
}
