package io.fullynested.report;

import io.fullynested.RunSummary;
import io.fullynested.core.io.UnreadableException;
import io.fullynested.search.FrontCsv;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * What {@code ./fn run} left in a folder, as far as two of them can be compared.
 *
 * @param name  what it is called beside others
 * @param front of validation score and all costs
 */
public record ComparedRun(String name, RunSummary summary, List<FrontCsv.Row> front) {

    /**
     * Reads {@code summary.json} and {@code front.csv}.
     *
     * @throws IOException if one is missing or damaged; the message names it
     */
    public static ComparedRun read(String name, Path folder) throws IOException {
        Path file = folder.resolve("summary.json");
        if (!Files.exists(file)) {
            throw new UnreadableException(folder, (Files.isDirectory(folder) ? "no folder of a run that ended; it has no summary.json"
                    : "there is no such folder") + ". Maybe a folder that './fn run' wrote?");
        }
        return new ComparedRun(name, RunSummary.read(file), FrontCsv.read(folder.resolve("front.csv")));
    }

    /** Names of the budgets and floors that were met. */
    public Stream<String> budgets() {
        return summary.budgets().stream().map(RunSummary.Chosen::name);
    }

    /** The test score of the full model. */
    public double full() {
        return summary.supernet().metrics().get(summary.metric(), "test");
    }

    /** The test score of what was exported for a budget, if it was met. */
    public OptionalDouble score(String budget) {
        return chosen(budget).map(chosen -> OptionalDouble.of(chosen.metrics().get(summary.metric(), "test"))).orElse(OptionalDouble.empty());
    }

    Optional<RunSummary.Chosen> chosen(String budget) {
        return summary.budgets().stream().filter(chosen -> chosen.name().equals(budget)).findFirst();
    }
}
