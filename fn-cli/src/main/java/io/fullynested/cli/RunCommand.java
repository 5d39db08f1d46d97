package io.fullynested.cli;

import io.fullynested.FullyNested;
import io.fullynested.live.LiveView;
import java.nio.file.Path;
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
                "all of it; its drawings are in plots/. The same command goes on with what was stopped."})
final class RunCommand implements Callable<Integer> {

    @Parameters(paramLabel = "SPEC", description = "the YAML file")
    private Path spec;

    @Option(names = {"-o", "--out"}, paramLabel = "DIR", description = "output folder (default: out/<name of the YAML file>)")
    private Path out;

    @Mixin
    private KeepingOptions keeping;

    @Mixin
    private ServeOption serve;

    @Mixin
    private CommonOptions common;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws Exception {
        Path folder = common.trainingFolder(out, spec, true);
        try (FullyNested fn = FullyNested.open(spec, common.settings())) {
            if (fn.search().names().isEmpty()) {
                throw fn.refuse("search.budgets", "there is no budget, so there is nothing to search and export. Maybe './fn train'?");
            }
            try (LiveView view = serve.open(common, fn.name())) {
                return new WholeRun(common, keeping, command, view).of(fn, folder);
            }
        }
    }
}
