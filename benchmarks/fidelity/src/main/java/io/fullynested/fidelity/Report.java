package io.fullynested.fidelity;

import io.fullynested.core.io.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Makes {@code results.md} and its pictures of the rows of {@code results.csv}. */
final class Report {

    private Report() {
    }

    /**
     * Writes the report.
     *
     * @param file the Markdown file; its pictures go to the folder {@code results} beside it
     * @throws IOException if there are no rows, or a file cannot be written
     */
    static void write(Path results, Path file) throws IOException {
        List<Row> rows = new Results(results).read();
        if (rows.isEmpty()) {
            throw new IOException(results + " has no rows to report. Maybe run a --table first?");
        }
        Path pictures = Files.createDirectories(file.toAbsolutePath().resolveSibling("results"));
        StringBuilder text = new StringBuilder("""
                # How good nested submodels are

                Made by `benchmarks/fidelity/run report` of [results.csv](../benchmarks/fidelity/results.csv). Accuracy in percent of the
                test images, mean ± standard deviation over seeds. *nested*: one network, measured at every selection. *twin*: a network
                of exactly that shape and bits, trained alone. *truncated*: the full twin, cut down without nesting; drawn where it comes
                near. Batch norms are recalibrated for each. [How it is measured](../benchmarks/fidelity/README.md).

                """);
        for (Table table : Table.values()) {
            TableReport report = new TableReport(table, rows);
            if (report.isEmpty()) {
                text.append(report.markdown());
            } else if (table == Table.ABLATION) {
                text.append(new AblationReport(report).markdown());
            } else {
                text.append(report.markdown());
                TablePlot.write(table, report, pictures.resolve(table.id() + ".svg"));
            }
        }
        text.append("## Commands and machines\n\n");
        Path runs = new RunLog(results).file();
        if (Files.exists(runs)) {
            text.append("```\n").append(Files.readString(runs)).append("```\n");
        } else {
            text.append("Missing: ").append(runs.getFileName()).append(", which says how the rows were made.\n");
        }
        AtomicFile.write(file, out -> out.write(text.toString().getBytes(StandardCharsets.UTF_8)));
    }
}
