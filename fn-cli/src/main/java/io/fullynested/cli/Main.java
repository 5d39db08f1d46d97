package io.fullynested.cli;

import io.fullynested.FullyNested;
import io.fullynested.TrainedSupernet;
import io.fullynested.api.search.Evaluator;
import io.fullynested.core.io.Printable;
import io.fullynested.core.plugin.Spelling;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/**
 * The command line. Exit codes: 0 fine, 1 failed while running, 2 bad usage or configuration, 129, 130 and 143 stopped by a closed terminal, Ctrl-C and SIGTERM.
 */
@Command(name = "fn", mixinStandardHelpOptions = true, versionProvider = Main.Version.class, sortOptions = false,
        description = "Train one fully nested network, search a submodel for each device, export it to ONNX.",
        subcommands = {RunCommand.class, SweepCommand.class, CompareCommand.class, ReportCommand.class, CheckCommand.class, TrainCommand.class,
                SearchCommand.class, TuneCommand.class, ExportCommand.class, BundleCommand.class, VerifyCommand.class, InspectCommand.class, ImportCommand.class,
                MeasureCommand.class, TimeCommand.class, PluginsCommand.class, NewPluginCommand.class, ReferenceCommand.class, CompletionCommand.class,
                CommandLine.HelpCommand.class},
        footer = {"", "Start with: ./fn run examples/quickstart.yaml", "Exit codes: 0 fine, 1 failed, 2 bad usage or configuration, 129, 130 or 143 stopped by a signal."})
public final class Main {

    private Main() {
    }

    public static void main(String[] args) {
        PrintWriter err = new PrintWriter(System.err, true);
        ExitGuard.watch(err);
        // of several that train together, one tells
        Interruption.install(Processes.follows(System.getenv()) ? new PrintWriter(Writer.nullWriter()) : err, goingOn(args));
        System.exit(StandardOutput.checked(run(new PrintWriter(System.out, true), err, args), System.out, err));
    }

    /** Runs a command line within a program that goes on, and gives its exit code. */
    public static int run(PrintWriter out, PrintWriter err, String... args) {
        return shown(commands(), new PrintWriter(new PrintableWriter(out), true), new PrintWriter(new PrintableWriter(err), true), args);
    }

    /**
     * Runs the command line of a program whose one command is {@code search}, with the submodels measured elsewhere, and gives its exit code.
     *
     * @param measuring gives what measures the submodels of a network, see {@link TrainedSupernet#search(io.fullynested.search.SearchOptions,
     *                  io.fullynested.api.search.Progress, Path, Evaluator)}
     */
    public static int search(PrintWriter out, PrintWriter err, Function<TrainedSupernet, Evaluator> measuring, String... args) {
        CommandLine commands = commands();
        commands.getSubcommands().keySet().stream().filter(name -> !name.equals("search")).toList().forEach(commands.getCommandSpec()::removeSubcommand);
        ((SearchCommand) commands.getSubcommands().get("search").getCommand()).measureBy(measuring);
        Interruption.install(err, goingOn(args));
        return shown(commands, new PrintWriter(new PrintableWriter(out), true), new PrintWriter(new PrintableWriter(err), true), args);
    }

    private static int shown(CommandLine commands, PrintWriter out, PrintWriter err, String... args) {
        try {
            return commands
                    .setOut(out)
                    .setErr(err)
                    .setParameterExceptionHandler((e, parsed) -> misused(e))
                    .setExecutionStrategy(Main::execute)
                    .setExecutionExceptionHandler((e, command, parsed) -> ended(e, err, args))
                    .execute(args);
        } catch (OutOfMemoryError e) {
            err.println("There is not enough memory: " + e.getMessage() + ". Maybe a smaller network, or FN_JAVA_OPTIONS=-Xmx8g?");
            return Failure.FAILED;
        } catch (LinkageError e) {
            return Failure.report(new Exception(e), err);
        }
    }

    private static int ended(Exception e, PrintWriter err, String... args) {
        if (Interruption.requested() && e instanceof CancellationException) {
            err.println(goingOn(args));
            return Interruption.code();
        }
        return Failure.report(e, err);
    }

    private static String goingOn(String... args) {
        // an import keeps nothing of what it has not finished
        boolean anew = args.length > 0 && args[0].equals("import");
        String stopped = anew ? "Stopped, and nothing is left of it. The same command begins anew: " : "Stopped. The same command goes on from here: ";
        return stopped + "./fn " + Stream.of(args).map(Console::word).collect(Collectors.joining(" "));
    }

    /** All commands and their options. */
    static CommandLine commands() {
        return new CommandLine(new Main()).setCaseInsensitiveEnumValuesAllowed(true).registerConverter(Path.class, Main::path);
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new CommandLine.TypeConversionException("'" + text + "' is no path of this system: " + e.getReason());
        }
    }

    /** picocli forgives words too many where help is asked for. */
    @SuppressWarnings("try") // the log is told while it is open
    private static int execute(CommandLine.ParseResult parsed) {
        for (CommandLine command : parsed.asCommandLineList()) {
            List<String> unmatched = command.getParseResult().unmatched();
            if (!unmatched.isEmpty()) {
                return misused(new CommandLine.UnmatchedArgumentException(command, unmatched));
            }
        }
        List<CommandLine> commands = parsed.asCommandLineList();
        CommandLine last = commands.get(commands.size() - 1);
        Level level = CommonOptions.of(last.getCommandSpec()).map(CommonOptions::level).orElse(Level.WARNING);
        try (Logging log = Logging.toTerminal(last.getErr(), level)) {
            return new CommandLine.RunLast().execute(parsed);
        }
    }

    private static int misused(CommandLine.ParameterException e) {
        CommandLine command = e.getCommandLine();
        PrintWriter err = command.getErr();
        String name = "./" + command.getCommandSpec().qualifiedName();
        if (command.getParent() == null && command.getParseResult().originalArgs().isEmpty()) {
            command.usage(err);
        } else if (e instanceof CommandLine.UnmatchedArgumentException unmatched) {
            String word = unmatched.getUnmatched().get(0);
            boolean option = word.startsWith("-");
            Set<String> legal = option ? command.getCommandSpec().optionsMap().keySet() : command.getSubcommands().keySet();
            String what = option ? "there is no option '" + word + "'" : legal.isEmpty() ? "'" + word + "' is one argument too many"
                    : "there is no command '" + word + "'";
            boolean key = word.matches("[a-z][a-z-]*\\..*=.*") && command.getCommandSpec().findOption("--set") != null;
            err.println(Printable.message(name + ": " + what) + (key ? ". Maybe --set " + word + "?" : Spelling.maybe(word.replaceFirst("=.*", ""), legal)));
            err.println("See " + name + " --help");
        } else {
            err.println(Printable.message(name + ": " + e.getMessage().replaceFirst("^Error: ", "")));
            err.println("See " + name + " --help");
        }
        return Failure.BAD_INPUT;
    }

    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() {
            return new String[] {"Fully Nested " + FullyNested.version(), "Java " + Runtime.version()};
        }
    }
}
