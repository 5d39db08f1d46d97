package io.fullynested.cli;

import io.fullynested.FullyNested;
import io.fullynested.RunSummary;
import io.fullynested.TrainedSupernet;
import io.fullynested.api.search.SearchResult;
import io.fullynested.core.io.Sha256;
import io.fullynested.search.SearchOptions;
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
        try (TrainedSupernet net = FullyNested.load(checkpoint, common.settings()); OutputFolder output = common.take(folder);
                RunJournal journal = new RunJournal(folder, new Sha256().add("report " + net.fingerprint()).hex(), common.overwrite())) {
            SearchOptions wanted = net.network().search();
            Pipeline pipeline = new Pipeline(common, output.path(), journal);
            SearchResult found = pipeline.search(net, wanted);
            pipeline.report(net, found, wanted, Optional.of(run), folder);
            journal.finish();
            common.out().println("See " + folder.resolve("report.html"));
            return 0;
        }
    }
}
