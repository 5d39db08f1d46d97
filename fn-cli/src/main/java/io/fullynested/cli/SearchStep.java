package io.fullynested.cli;

import io.fullynested.RunSummary;
import io.fullynested.TrainedSupernet;
import io.fullynested.TrainingCurve;
import io.fullynested.api.search.Candidate;
import io.fullynested.api.search.Evaluator;
import io.fullynested.api.search.SearchResult;
import io.fullynested.live.LiveView;
import io.fullynested.report.HtmlReport;
import io.fullynested.search.FrontCsv;
import io.fullynested.search.ParetoFront;
import io.fullynested.search.PredictorSearch;
import io.fullynested.search.SearchOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A search, with its progress shown and its results told and written.
 *
 * @param folder    that they are written to
 * @param view      looks at it
 * @param measuring gives what measures the submodels of a network
 */
record SearchStep(CommonOptions common, Path folder, LiveView view, Function<TrainedSupernet, Evaluator> measuring) {

    /** A search of submodels that are measured in this process. */
    SearchStep(CommonOptions common, Path folder, LiveView view) {
        this(common, folder, view, TrainedSupernet::evaluator);
    }

    /** Searches, and writes and tells what was found in the place of what another search left. */
    SearchResult search(TrainedSupernet net, SearchOptions options) throws IOException {
        SearchResult found = find(net, options);
        // files of two searches in one folder would lie about each other
        Pipeline.clear(folder, "front.csv", "report.html", "plots/*.svg", "selections/*.txt");
        tell(net, options, found);
        return found;
    }

    /** Searches, taking from {@code evaluations.csv} what was measured before and adding what was not; nothing else is written. */
    SearchResult find(TrainedSupernet net, SearchOptions options) throws IOException {
        Files.createDirectories(folder);
        try (Console console = common.console("search")) {
            return net.search(options, view.search(net.network().name(), net.network(), options, console.search()), folder.resolve("evaluations.csv"),
                    measuring.apply(net));
        }
    }

    /** Writes {@code front.csv}, and tells what was found for each budget. */
    void tell(TrainedSupernet net, SearchOptions options, SearchResult found) throws IOException {
        PrintWriter out = common.out();
        FrontCsv.write(ParetoFront.of(found.visited()), net.network().metric(), folder.resolve("front.csv"));
        found.figures().forEach((what, value) -> out.println(Console.text("%s: %.2f", what, value)));
        Map<String, String> units = net.network().costs(options).units();
        for (String name : options.names()) {
            Candidate chosen = found.chosen().get(name);
            if (chosen == null) {
                out.println(Console.text("%-8s not met: %s", name, found.unmet().get(name)));
                continue;
            }
            out.println(Console.text("%-8s validation %s %.2f %%  %s", name, net.network().metric(), 100 * chosen.evaluation().score(),
                    Pipeline.costs(chosen.costs(), units)));
            net.network().costs(options).caveats(chosen.spec()).forEach((cost, caveat) -> out.println("         note: " + cost + ": " + caveat));
        }
        PredictorSearch.doubt(found).ifPresent(doubt -> out.println("note: " + doubt));
    }

    /**
     * Writes the report.
     *
     * @param run     what else came of it, if it was more than a search
     * @param trained the folder that training left its curve in
     */
    void report(TrainedSupernet net, SearchResult found, SearchOptions options, Optional<RunSummary> run, Path trained) throws IOException {
        new HtmlReport(net, options, found, run, TrainingCurve.readCsv(trained.resolve(Pipeline.CURVE))).write(folder);
    }

    /** The names of what a search found something for. */
    static List<String> met(SearchOptions wanted, SearchResult found) {
        return wanted.names().stream().filter(found.chosen()::containsKey).toList();
    }

    static List<RunSummary.Unmet> unmet(SearchOptions wanted, SearchResult found) {
        return wanted.names().stream().filter(found.unmet()::containsKey)
                .map(name -> new RunSummary.Unmet(name, wanted.constraints(name), found.unmet().get(name))).toList();
    }

    /**
     * Says how to look again for what was not met, and gives the exit code.
     *
     * @param checkpoint of a run, after which a search is another command; empty after a search, which can be given again
     */
    int end(SearchOptions wanted, SearchResult found, Optional<Path> checkpoint) {
        List<RunSummary.Unmet> unmet = unmet(wanted, found);
        if (unmet.isEmpty()) {
            return 0;
        }
        double most = found.visited().stream().mapToDouble(candidate -> candidate.evaluation().score()).max().orElse(0);
        String again = wanted.floors().stream().filter(floor -> found.unmet().containsKey(floor.name())).findFirst()
                .map(floor -> Console.text(" --floor %s:%s=%.0f%%", floor.name(), floor.minimise(), Math.floor(100 * most)))
                .orElse(" --budget " + unmet.get(0).name() + ":" + String.join(",", unmet.get(0).constraints().keySet().stream()
                        .map(cost -> cost + "=...").toList()));
        String how = checkpoint.map(file -> "To look for less without training again: ./fn search " + Console.word(file) + again
                + (Files.exists(file.resolveSibling("search")) ? " --overwrite" : "")).orElse("To look for less: the same command with" + again + " and --overwrite");
        common.out().println(Console.text("%d of %d not met: %s. ", unmet.size(), wanted.names().size(),
                String.join(", ", unmet.stream().map(RunSummary.Unmet::name).toList())) + how);
        return 1;
    }
}
