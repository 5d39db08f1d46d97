package io.fullynested.cli;

import io.fullynested.core.plugin.PluginException;
import io.fullynested.core.spec.ConfigurationException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CancellationException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/**
 * The command line. Exit codes: 0 fine, 1 failed while running, 2 bad usage or configuration.
 */
@Command(name = "fn", mixinStandardHelpOptions = true, versionProvider = Main.Version.class, sortOptions = false,
        description = "Train one fully nested network, search a submodel for each device, export it to ONNX.",
        subcommands = {RunCommand.class, TrainCommand.class, SearchCommand.class, ExportCommand.class, VerifyCommand.class,
                InspectCommand.class, PluginsCommand.class, CommandLine.HelpCommand.class},
        footer = {"", "Start with: ./fn run examples/quickstart.yaml", "Exit codes: 0 fine, 1 failed, 2 bad usage or configuration."})
public final class Main {

    private static final int FAILED = 1;
    private static final int BAD_INPUT = 2;

    private Main() {
    }

    public static void main(String[] args) {
        System.exit(run(new PrintWriter(System.out, true), new PrintWriter(System.err, true), args));
    }

    /** Runs a command line; for tests too. */
    static int run(PrintWriter out, PrintWriter err, String... args) {
        return new CommandLine(new Main())
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((e, command, parsed) -> report(e, command))
                .execute(args);
    }

    private static int report(Exception e, CommandLine command) {
        PrintWriter err = command.getErr();
        if (System.getenv("FN_STACK_TRACE") != null) {
            e.printStackTrace(err);
        }
        if (e instanceof ConfigurationException || e instanceof PluginException || e instanceof BadInputException) {
            err.println(e.getMessage());
            return BAD_INPUT;
        }
        if (e instanceof NoSuchFileException missing) {
            err.println(missing.getFile() + ": there is no such file");
        } else if (e instanceof CancellationException) {
            err.println("Cancelled");
        } else if (e instanceof IOException || e instanceof IllegalStateException || e instanceof IllegalArgumentException) {
            err.println(e.getMessage());
        } else {
            err.println("Something went wrong that should not: " + e + ". Set FN_STACK_TRACE=1 to see where, and please report it");
        }
        return FAILED;
    }

    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() {
            return new String[] {"Fully Nested " + number(), "Java " + Runtime.version()};
        }

        static String number() {
            String version = Main.class.getPackage().getImplementationVersion();
            return version == null ? "development" : version;
        }
    }
}
