package io.fullynested.cli;

import io.fullynested.core.io.AtomicFile;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Where a command that only tells something tells it: to the terminal, or to a file. */
final class Report {

    @Option(names = {"-o", "--out"}, paramLabel = "FILE", description = "write the result to a file instead of showing it")
    private Path out;

    @Mixin
    private CommonOptions common;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    /** What is told. */
    interface Content {
        /** Tells it, and gives the exit code. */
        int writeTo(PrintWriter text) throws Exception;
    }

    int tell(Content content) throws Exception {
        if (out == null) {
            return content.writeTo(command.commandLine().getOut());
        }
        try (OutputFile file = common.file(out)) {
            StringWriter text = new StringWriter();
            int code = content.writeTo(new PrintWriter(text, true));
            AtomicFile.writeText(file.path(), text.toString());
            return code;
        }
    }

    CommonOptions common() {
        return common;
    }
}
