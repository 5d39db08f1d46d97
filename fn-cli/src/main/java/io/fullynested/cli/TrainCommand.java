package io.fullynested.cli;

import io.fullynested.FullyNested;
import io.fullynested.live.LiveView;
import io.fullynested.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
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

    @Option(names = "--processes", paramLabel = "N", description = "processes of this machine that train together, each with its share of the threads and of "
            + "the images of every step; those that torchrun, Kubernetes or Slurm have started are told by RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT "
            + "(default: one)")
    private Integer number;

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
        try (Processes processes = Processes.of(number, command.commandLine().getParseResult().originalArgs(), System.getenv())) {
            return processes.follows() ? follow(processes) : train(processes);
        }
    }

    private int train(Processes processes) throws IOException {
        Path folder = common.trainingFolder(out, spec, false);
        try (FullyNested fn = FullyNested.open(spec, processes.shared(common.settings()))) {
            String key = fn.identity().toString();
            try (OutputFolder output = common.take(folder); RunJournal journal = new RunJournal(folder, key, common.overwrite());
                    LiveView view = serve.open(common, fn.name())) {
                RunRecord record = RunRecord.start(fn, command, journal);
                new Pipeline(common, folder, journal, view).train(fn, keeping, processes);
                record.write(output.path());
                journal.finish();
                common.out().println("Trained in " + folder.resolve(Pipeline.CHECKPOINT));
                return 0;
            }
        }
    }

    /** Takes part in what another process writes and tells. */
    @SuppressWarnings("try") // signals are listened to while it is open
    private int follow(Processes processes) throws IOException {
        try (FullyNested fn = FullyNested.open(spec, common.settings()); Interruption.Listening listening = Interruption.listen()) {
            fn.data();
            processes.join(fn.threads()).ifPresent(ranks -> fn.train(Optional.empty(), keeping.schedule(), ranks, new TrainingListener() {
                @Override
                public boolean cancelled() {
                    return Interruption.requested();
                }
            }));
            return 0;
        } catch (CancellationException e) {
            // so that whoever has started it starts it again
            return Interruption.requested() ? Interruption.code() : Interruption.TERMINATED;
        }
    }
}
