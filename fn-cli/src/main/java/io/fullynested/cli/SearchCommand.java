package io.fullynested.cli;

import io.fullynested.FullyNested;
import io.fullynested.TrainedSupernet;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Evaluator;
import io.fullynested.api.search.SearchResult;
import io.fullynested.core.io.AtomicFile;
import io.fullynested.core.io.Sha256;
import io.fullynested.live.LiveView;
import io.fullynested.search.SearchOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Searches a trained supernet. */
@Command(name = "search", mixinStandardHelpOptions = true, sortOptions = false,
        description = {"Search a trained supernet for a submodel for each budget, without training.",
                "Leaves in OUT: front.csv, selections/<budget>.txt for './fn export --select', evaluations.csv, from which another search into OUT",
                "takes what was measured before, and report.html, which shows all of it; its drawings are in plots/."})
final class SearchCommand implements Callable<Integer> {

    @Parameters(paramLabel = "CHECKPOINT", description = "what './fn train' or './fn run' left")
    private Path checkpoint;

    @Mixin
    private SearchArguments wanted;

    @Option(names = {"-o", "--out"}, paramLabel = "DIR", description = "output folder (default: search, beside the checkpoint)")
    private Path out;

    @Mixin
    private ServeOption serve;

    @Mixin
    private CommonOptions common;

    @Spec
    private CommandSpec command;

    private Function<TrainedSupernet, Evaluator> measuring = TrainedSupernet::evaluator;

    /** Lets submodels be measured elsewhere. */
    void measureBy(Function<TrainedSupernet, Evaluator> elsewhere) {
        measuring = elsewhere;
    }

    @Override
    public Integer call() throws Exception {
        PrintWriter text = common.out();
        try (TrainedSupernet net = FullyNested.load(checkpoint, common.settings())) {
            SearchOptions options = wanted.read(net.network());
            if (options.names().isEmpty()) {
                throw net.network().refuse("search.budgets", "there is no budget. Maybe --budget tiny:macs=200k?");
            }
            net.tuned().ifPresent(selection -> text.println("note: this checkpoint was tuned for " + selection + "; other submodels are worse off"));
            Path folder = common.folder(out == null ? checkpoint.resolveSibling("search") : out);
            net.network().data();
            String key = new Sha256().add(net.fingerprint()).add(options.toString()).hex();
            try (OutputFolder output = common.take(folder); RunJournal journal = new RunJournal(folder, key, common.overwrite());
                    LiveView view = serve.open(common, net.network().name())) {
                journal.begin();
                RunRecord record = RunRecord.start(net.network(), command, journal);
                SearchStep step = new SearchStep(common, folder, view, measuring);
                SearchResult found = step.search(net, options);
                Files.createDirectories(folder.resolve("selections"));
                for (String name : SearchStep.met(options, found)) {
                    write(folder.resolve("selections").resolve(name + ".txt"), found.chosen().get(name).spec());
                }
                EnsembleStep together = new EnsembleStep(net, options, text, folder);
                together.writeSelections(together.find(found));
                step.report(net, found, options, Optional.empty(), checkpoint.toAbsolutePath().getParent());
                record.write(output.path());
                journal.finish();
                text.println("All in " + folder + ", see report.html");
                SearchStep.met(options, found).stream().findFirst().ifPresent(name -> text.println("To export one: ./fn export " + Console.word(checkpoint) + " --select "
                        + Console.word(folder.resolve("selections").resolve(name + ".txt"))));
                return step.end(options, found, Optional.empty());
            }
        }
    }

    private static void write(Path file, SubmodelSpec selection) throws IOException {
        AtomicFile.writeText(file, selection + "\n");
    }
}
