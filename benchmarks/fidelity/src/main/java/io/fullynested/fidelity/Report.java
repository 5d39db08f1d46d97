package io.fullynested.fidelity;

import io.fullynested.core.io.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Makes a page such as {@code docs/results.md}, and its pictures, of the rows of a file such as {@code results.csv}. */
final class Report {

    private Report() {
    }

    /**
     * Writes the report.
     *
     * @param file the Markdown file; its pictures go to the folder beside it that has its name without the ending
     * @throws IOException if there are no rows, or a file cannot be written
     */
    static void write(Path results, Path file) throws IOException {
        List<Row> rows = new Results(results).read();
        if (rows.isEmpty()) {
            throw new IOException(results + " has no rows to report. Maybe run a --table first?");
        }
        Path page = file.toAbsolutePath().normalize();
        String name = page.getFileName().toString();
        if (!name.endsWith(".md")) {
            throw new IOException("The page '" + file + "' should end in .md, since its pictures go to a folder of that name without it");
        }
        Path pictures = Files.createDirectories(page.resolveSibling(name.substring(0, name.length() - 3)));
        StringBuilder text = new StringBuilder("""
                # How good nested submodels are

                Made by `benchmarks/fidelity/run report` of [%s](%s). Accuracy in percent of the
                test images, mean ± standard deviation over seeds. *nested*: one network, measured at every selection. *twin*: a network
                of exactly that shape and bits, trained alone. *truncated*: the full twin, cut down without nesting; drawn where it comes
                near. Batch norms are recalibrated for each. [How it is measured](../benchmarks/fidelity/README.md).

                """.formatted(results.getFileName(), link(page, results)));
        List<String> missing = new ArrayList<>();
        for (Table table : Table.values()) {
            TableReport report = new TableReport(table, rows);
            if (report.isEmpty()) {
                missing.add(table.id());
            } else if (table == Table.ABLATION) {
                text.append(new AblationReport(report).markdown());
            } else {
                Path picture = pictures.resolve(table.id() + ".svg");
                TablePlot.write(table, report, picture);
                text.append(report.markdown(link(page, picture)));
            }
        }
        if (!missing.isEmpty()) {
            text.append("Not in ").append(results.getFileName()).append(": the tables ").append(String.join(", ", missing)).append(".\n\n");
        }
        text.append("## Commands and machines\n\n");
        Path runs = new RunLog(results).file();
        if (Files.exists(runs)) {
            text.append("```\n").append(Files.readString(runs)).append("```\n");
        } else {
            text.append("Missing: ").append(runs.getFileName()).append(", which says how the rows were made.\n");
        }
        AtomicFile.write(page, out -> out.write(text.toString().getBytes(StandardCharsets.UTF_8)));
    }

    /** How a page names another file: relative to itself. */
    private static String link(Path page, Path file) {
        return page.getParent().relativize(file.toAbsolutePath().normalize()).toString().replace('\\', '/');
    }
}
