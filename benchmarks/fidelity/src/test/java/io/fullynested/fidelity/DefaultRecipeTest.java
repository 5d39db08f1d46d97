package io.fullynested.fidelity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DefaultRecipeTest {

    @TempDir
    private Path folder;

    private final StringWriter console = new StringWriter();

    private int run(String... args) {
        return Main.run(new PrintWriter(console, true), args);
    }

    @Test
    void nestsASetAndTrainsItPlainOnce() throws IOException {
        StringBuilder csv = new StringBuilder("q0,q1,q2,q3,q4,q5,q6,q7,q8,q9,q10,q11,q12,kind\n");
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 160; i++) {
            for (int k = 0; k < 13; k++) {
                csv.append(random.nextDouble() + (k % 3 == i % 3 ? 1 : 0)).append(',');
            }
            csv.append("abc".charAt(i % 3)).append('\n');
        }
        Files.writeString(folder.resolve("wine.csv"), csv);
        Path out = folder.resolve("default.csv");
        String[] args = {"default", "--sets", folder.toString(), "--only", "wine", "--costs", "0,0.5", "--seeds", "1,2", "--out", out.toString()};

        assertThat(run(args)).as(console.toString()).isZero();

        List<DefaultRows.Row> rows = new DefaultRows(out).read();
        assertThat(rows).extracting(DefaultRows.Row::submodel).containsSequence("plain", "full", "half", "quarter", "4 bits", "half, 4 bits", "smallest", "plain");
        assertThat(rows).filteredOn(row -> row.submodel().equals("plain")).hasSize(2).allSatisfy(row -> assertThat(row.epochs()).isEqualTo(100));
        // half the cost of 100 epochs, in submodels of about half the multiply-accumulates
        assertThat(rows).filteredOn(row -> row.submodel().equals("full")).hasSize(2).allSatisfy(row -> assertThat(row.epochs() * row.share()).isBetween(35.0, 51.0));
        String before = Files.readString(out);
        assertThat(run(args)).isZero();
        assertThat(out).hasContent(before);
        console.getBuffer().setLength(0);
        assertThat(run("default", "--sets", folder.toString(), "--out", out.toString(), "--report")).isZero();
        assertThat(console.toString()).startsWith("| set | cost | epochs | seeds | full |").contains("| wine | plain | 100 | 2 |").contains(" ± ");
    }
}
