package io.fullynested.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints what shells complete by. */
@Command(name = "completion", mixinStandardHelpOptions = true,
        description = "Print what lets bash and zsh complete commands and options: . <(./fn completion)")
final class CompletionCommand implements Callable<Integer> {

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() {
        command.commandLine().getOut().println(AutoComplete.bash("fn", command.root().commandLine()));
        return 0;
    }
}
