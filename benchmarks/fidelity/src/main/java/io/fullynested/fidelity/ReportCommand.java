package io.fullynested.fidelity;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes the page of results. */
@Command(name = "report", mixinStandardHelpOptions = true, description = "Writes docs/results.md and its pictures from the results.")
final class ReportCommand implements Callable<Integer> {

    @Option(names = "--results", paramLabel = "CSV", description = "default: results.csv beside this program")
    private Path results;

    @Option(names = "--out", paramLabel = "MD", description = "the page, ending in .md; its pictures go to a folder of that name (default: docs/results.md of the checkout)")
    private Path out;

    @Override
    public Integer call() throws IOException {
        Report.write(results == null ? Main.home().resolve("results.csv") : results,
                out == null ? Main.home().resolve("../../docs/results.md").normalize() : out);
        return 0;
    }
}
