package io.fullynested.cli;

import io.fullynested.FullyNested;
import io.fullynested.RunSummary;
import io.fullynested.TrainedSupernet;
import io.fullynested.api.search.Candidate;
import io.fullynested.api.search.SearchResult;
import io.fullynested.live.LiveView;
import io.fullynested.search.SearchOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Writes the report of a run again. */
@Command(name = "report", mixinStandardHelpOptions = true, sortOptions = false,
        description = {"Write report.html, plots/ and front.csv of a run again, from what it left: the search is gone through as it was, and takes what it",
                "measured from evaluations.csv."})
final class ReportCommand implements Callable<Integer> {

    @Parameters(paramLabel = "DIR", description = "output folder of ./fn run")
    private Path folder;

    @Mixin
    private CommonOptions common;

    @Override
    public Integer call() throws Exception {
        Path summary = folder.resolve(Pipeline.SUMMARY);
        Path checkpoint = folder.resolve(Pipeline.CHECKPOINT);
        if (!Files.exists(summary) || !Files.exists(checkpoint)) {
            throw new BadInputException(folder + ": no folder of a run that ended; it has no " + (Files.exists(summary) ? Pipeline.CHECKPOINT
                    : Pipeline.SUMMARY) + ". Maybe './fn run SPEC --out " + folder + "', or './fn search CHECKPOINT'?");
        }
        RunSummary run = RunSummary.read(summary);
        try (TrainedSupernet net = FullyNested.load(checkpoint, common.settings()); OutputFolder output = common.again(folder)) {
            SearchOptions wanted = net.network().search();
            SearchStep step = new SearchStep(common, output.path(), LiveView.NONE);
            SearchResult found = step.find(net, wanted);
            requireExported(run, found);
            step.tell(net, wanted, found);
            step.report(net, found, wanted, Optional.of(run), folder);
            common.out().println("See " + folder.resolve("report.html"));
            return 0;
        }
    }

    /** What was exported is what the report tells of. */
    private void requireExported(RunSummary run, SearchResult found) throws IOException {
        for (RunSummary.Chosen exported : run.budgets()) {
            Candidate now = found.chosen().get(exported.name());
            if (now == null || !now.spec().keeps().equals(exported.selection())) {
                throw new IOException(folder + ": for the budget " + exported.name() + ", the search finds another submodel now than the run exported. Maybe "
                        + "its images or this program are others than then, and './fn run' with --overwrite?");
            }
        }
    }
}
