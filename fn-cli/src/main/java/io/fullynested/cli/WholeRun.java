package io.fullynested.cli;

import io.fullynested.Ensemble;
import io.fullynested.FullyNested;
import io.fullynested.RunSummary;
import io.fullynested.TrainedSupernet;
import io.fullynested.api.data.DataSource;
import io.fullynested.api.data.Target;
import io.fullynested.api.search.SearchResult;
import io.fullynested.live.LiveView;
import io.fullynested.search.SearchOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Trains, searches and exports, into a folder.
 *
 * @param command as it was given
 * @param view    looks at it
 */
record WholeRun(CommonOptions common, KeepingOptions keeping, CommandSpec command, LiveView view) {

    /** Images that tell an accuracy to a bit more than a percent. */
    private static final int FEW = 1000;

    /** Does it, or goes on with what was stopped in the folder, and gives the exit code. */
    int of(FullyNested fn, Path folder) throws IOException {
        try (OutputFolder output = common.take(folder); RunJournal journal = new RunJournal(folder, fn.identity().toString(), common.overwrite())) {
            RunRecord record = RunRecord.start(fn, command, journal);
            Batch budgets = new Batch(command.commandLine().getErr());
            int code = run(fn, new Pipeline(common, folder, journal, view), budgets, folder, common.out());
            record.write(output.path());
            if (budgets.code() == 0) {
                journal.finish();
            }
            return code;
        }
    }

    private int run(FullyNested fn, Pipeline pipeline, Batch budgets, Path folder, PrintWriter text) throws IOException {
        SearchOptions wanted = fn.search();
        Pipeline.Trained training = pipeline.train(fn, keeping);
        TrainedSupernet net = training.net();
        if (!training.learnt()) {
            text.println("It is not searched, as nothing would come of it; ./fn search " + folder.resolve(Pipeline.CHECKPOINT) + " does so all the same");
            return 1;
        }
        long trained = System.nanoTime();
        RunSummary.Whole whole = pipeline.whole(net);
        double full = whole.metrics().get(fn.metric(), "test");
        text.println(Console.text("full     test %s %.2f %%", fn.metric(), 100 * full));
        SearchStep step = new SearchStep(common, folder, view);
        SearchResult found = step.search(net, wanted);
        EnsembleStep together = new EnsembleStep(net, wanted, text, folder);
        Map<String, Ensemble> ensembles = together.find(found);
        long searched = System.nanoTime();
        view.begin("export");
        List<RunSummary.Chosen> all = new ArrayList<>();
        SearchStep.met(wanted, found).forEach(name -> budgets.attempt(name, () -> {
            RunSummary.Chosen chosen = pipeline.export(fn, net, name, found.chosen().get(name).spec(), wanted.constraints(name));
            all.add(chosen);
            String who = chosen.c() ? "compiled and run here, it agrees" : "onnxruntime agrees";
            String like = all.stream().filter(one -> one != chosen && one.selection().equals(chosen.selection())).findFirst()
                    .map(one -> ", the same submodel as " + one.name()).orElse("");
            text.println(Console.text("%-8s test %s %.2f %%  %s  %s%s", name, fn.metric(), 100 * chosen.metrics().get(fn.metric(), "test"),
                    folder.resolve(chosen.onnx()), chosen.agreement().map(share -> Console.text("%s on %.2f %%", who, 100 * share)).orElse("not run, as there is "
                            + "no C compiler here"), like));
        }));
        List<RunSummary.Together> answering = together.export(ensembles, budgets);
        int tested = fn.data().test().size();
        if (tested < FEW && full < 1 && fn.data().test().target().kind() == Target.Kind.CLASS) {
            text.println(Console.text("note: %d test images tell such figures to ± %.1f %% only (one standard error)", tested,
                    100 * Math.sqrt(full * (1 - full) / tested)));
        }
        RunSummary.Seconds seconds = new RunSummary.Seconds(training.seconds(), (searched - trained) / 1e9, (System.nanoTime() - searched) / 1e9);
        DataSource.Splits data = fn.data();
        RunSummary summary = new RunSummary(fn.name(), fn.seed(), fn.metric(), fn.values(), fn.costs().units(),
                new RunSummary.Data(data.train().size(), data.validation().size(), data.test().size()), net.axes().axes(), whole,
                all, SearchStep.unmet(wanted, found), seconds, RunSummary.Training.of(training.curve()), answering);
        summary.write(folder.resolve(Pipeline.SUMMARY));
        step.report(net, found, wanted, Optional.of(summary), folder);
        text.println(Console.text("%.0f s of training, %.0f s of search, %.0f s of export. All in %s, see report.html", seconds.train(), seconds.search(),
                seconds.export(), folder));
        return Math.max(budgets.code(), step.end(wanted, found, Optional.of(folder.resolve(Pipeline.CHECKPOINT))));
    }
}
