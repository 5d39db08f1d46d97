package io.fullynested.cli;

import io.fullynested.FullyNested;
import io.fullynested.TrainedSupernet;
import io.fullynested.api.data.DataSource;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.io.ReservedSpace;
import io.fullynested.training.Tuning;
import io.fullynested.training.UnfinishedTraining;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Trains one submodel further. */
@Command(name = "tune", mixinStandardHelpOptions = true, sortOptions = false,
        description = {"Train one submodel of a trained supernet further, alone, for the last point of its score.",
                "Its batch norms and biases learn, and its weights stay those of all others. The checkpoint it leaves is for that submodel:",
                "'./fn export' exports it unasked; the others are worse off."})
final class TuneCommand implements Callable<Integer> {

    @Parameters(paramLabel = "CHECKPOINT", description = "what './fn train' or './fn run' left")
    private Path checkpoint;

    @ArgGroup(multiplicity = "1", heading = "Which one:%n")
    private SelectionChoice choice;

    @Option(names = "--epochs", paramLabel = "N", defaultValue = "1",
            description = "passes over the training images (default: ${DEFAULT-VALUE})")
    private int epochs;

    @Option(names = "--weights", description = "let its weights learn too, not only its batch norms and biases; then no other submodel shares them")
    private boolean weights;

    @Option(names = "--learning-rate", paramLabel = "R", description = "greatest learning rate (default: half the training's; with --weights a tenth)")
    private Double learningRate;

    @Option(names = {"-o", "--out"}, paramLabel = "FILE", description = "the new checkpoint (default: tuned.safetensors, beside the old one)")
    private Path out;

    @Mixin
    private CommonOptions common;

    @Spec
    private CommandSpec command;

    @Override
    @SuppressWarnings("try") // the space is there while it is open
    public Integer call() throws Exception {
        if (epochs < 1) {
            throw new BadInputException("--epochs " + epochs + ": at least 1 is needed");
        }
        if (learningRate != null && !(learningRate > 0 && Double.isFinite(learningRate))) {
            throw new BadInputException("--learning-rate " + learningRate + ": must be above 0");
        }
        PrintWriter text = common.out();
        try (OutputFile output = common.file(out == null ? checkpoint.resolveSibling("tuned.safetensors") : out);
             TrainedSupernet net = FullyNested.load(checkpoint, common.settings())) {
            SubmodelSpec selection = choice.of(net.axes(), checkpoint);
            DataSource.Splits data = net.network().data();
            text.println(selection + ": " + Pipeline.costs(net.costs(selection), net.network().costs().units()));
            Path file = output.path();
            Path kept = output.unfinished();
            TrainedSupernet tuned;
            try (ReservedSpace room = ReservedSpace.of(file, net.network().checkpointBytes()); Console console = common.console("tune")) {
                tuned = net.tune(selection, new Tuning(epochs, weights, Optional.ofNullable(learningRate)), Optional.of(kept), console.training(net.network().metric()));
            }
            text.println(Console.text("validation %1$s %2$.2f %% -> %3$.2f %%, test %1$s %4$.2f %% -> %5$.2f %%", net.network().metric(),
                    100 * net.evaluate(selection, data.validation()).score(), 100 * tuned.evaluate(selection, data.validation()).score(),
                    100 * net.evaluate(selection, data.test()).score(), 100 * tuned.evaluate(selection, data.test()).score()));
            tuned.save(file);
            new UnfinishedTraining(kept, "").delete();
            text.println("Tuned in " + file);
            return 0;
        }
    }
}
