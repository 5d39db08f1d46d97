package io.fullynested.cli;

import io.fullynested.FullyNested;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Trains the supernet of a description. */
@Command(name = "train", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Train the supernet of a YAML file; leaves OUT/checkpoint.safetensors. The same command goes on with one that was "
                + "stopped.")
final class TrainCommand implements Callable<Integer> {

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
            new Pipeline(text, folder).train(fn, common.overwrite());
            text.println("Trained in " + folder.resolve(Pipeline.CHECKPOINT));
            return 0;
        }
    }
}
