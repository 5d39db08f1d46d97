package io.fullynested.cli;

import io.fullynested.FullyNested;
import io.fullynested.RunSummary;
import io.fullynested.TrainedSupernet;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.SearchResult;
import io.fullynested.search.SearchOptions;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Trains, searches and exports: the main job. */
@Command(name = "run", mixinStandardHelpOptions = true, sortOptions = false,
        description = {"Train the supernet of a YAML file, search a submodel for each budget, and export each as ONNX.",
                "Leaves in OUT: checkpoint.safetensors, training.csv, front.csv, models/<budget>.onnx, summary.json, and report.html, which shows",
                "all of it; its drawings are in plots/. The same command goes on with a training that was stopped."})
final class RunCommand implements Callable<Integer> {

    @Parameters(paramLabel = "SPEC", description = "the YAML file")
    private Path spec;

    @Option(names = {"-o", "--out"}, paramLabel = "DIR", description = "output folder (default: out/<name of the YAML file>)")
    private Path out;

    @Mixin
    private CommonOptions common;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws Exception {
        PrintWriter text = command.commandLine().getOut();
        Path folder = common.trainingFolder(out, spec);
        try (FullyNested fn = FullyNested.open(spec, common.settings())) {
            SearchOptions wanted = fn.search();
            if (wanted.names().isEmpty()) {
                throw fn.refuse("search.budgets", "there is no budget, so there is nothing to search and export. Maybe './fn train'?");
            }
            Pipeline pipeline = new Pipeline(text, folder);
            Pipeline.Trained training = pipeline.train(fn, common.overwrite());
            TrainedSupernet net = training.net();
            if (!training.learnt()) {
                text.println("It is not searched, as nothing would come of it; ./fn search " + folder.resolve(Pipeline.CHECKPOINT) + " does so all the same");
                return 1;
            }
            long trained = System.nanoTime();
            RunSummary.Whole whole = pipeline.whole(net);
            text.println(Console.text("full     test %s %.2f %%", fn.metric(), 100 * whole.metrics().get(fn.metric(), "test")));
            SearchResult found = pipeline.search(net, wanted);
            long searched = System.nanoTime();
            List<RunSummary.Chosen> chosen = new ArrayList<>();
            Batch budgets = new Batch(command.commandLine().getErr());
            Pipeline.met(wanted, found).forEach(name -> budgets.attempt(name, () -> {
                SubmodelSpec selection = found.chosen().get(name).spec();
                TrainedSupernet best = pipeline.tune(net, name, selection, fn.spec().export().tune());
                TrainedSupernet.Export export = best.export(selection, fn.spec().export().format(net.graph(selection)));
                String file = "models/" + name + ".onnx";
                Files.createDirectories(folder.resolve("models"));
                export.write(folder.resolve(file));
                chosen.add(RunSummary.Chosen.of(name, wanted.constraints(name), export, file));
                text.println(Console.text("%-8s test %s %.2f %%  %s  onnxruntime agrees on %.2f %%", name, fn.metric(),
                        100 * export.score("test"), folder.resolve(file), 100 * export.parity().worst().agreement()));
                export.parity().note(export.format()).ifPresent(note -> text.println("         note: " + note));
            }));
            RunSummary.Seconds seconds = new RunSummary.Seconds(training.seconds(), (searched - trained) / 1e9,
                    (System.nanoTime() - searched) / 1e9);
            var data = fn.data();
            RunSummary summary = new RunSummary(fn.name(), fn.seed(), fn.metric(),
                    new RunSummary.Data(data.train().size(), data.validation().size(), data.test().size()), net.axes().axes(), whole, chosen,
                    Pipeline.unmet(wanted, found), seconds);
            summary.write(folder.resolve("summary.json"));
            pipeline.report(net, found, wanted, Optional.of(summary), folder);
            text.println(Console.text("%.0f s of training, %.0f s of search, %.0f s of export. All in %s, see report.html", seconds.train(), seconds.search(),
                    seconds.export(), folder));
            return Math.max(budgets.code(), pipeline.end(wanted, found, folder.resolve(Pipeline.CHECKPOINT)));
        }
    }
}
