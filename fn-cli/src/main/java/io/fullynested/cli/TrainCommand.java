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
    private KeepingOptions keeping;

    @Mixin
    private ServeOption serve;

    @Mixin
    private CommonOptions common;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws Exception {
        Path folder = common.trainingFolder(out, spec, false);
        try (FullyNested fn = FullyNested.open(spec, common.settings())) {
            String key = fn.identity().toString();
            try (OutputFolder output = common.take(folder); RunJournal journal = new RunJournal(folder, key, common.overwrite());
                    LiveView view = serve.open(common, fn.name())) {
                RunRecord record = RunRecord.start(fn, command, journal);
                new Pipeline(common, folder, journal, view).train(fn, keeping);
                record.write(output.path());
                journal.finish();
                common.out().println("Trained in " + folder.resolve(Pipeline.CHECKPOINT));
                return 0;
            }
        }
    }
}
