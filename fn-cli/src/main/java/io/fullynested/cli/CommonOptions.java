package io.fullynested.cli;

import io.fullynested.FullyNested;
import io.fullynested.OnnxImport;
import io.fullynested.Settings;
import io.fullynested.api.data.DataSource;
import io.fullynested.core.engine.ComputeDevice;
import io.fullynested.core.io.InputFile;
import io.fullynested.core.io.LockedException;
import io.fullynested.core.plugin.FailedPlugin;
import io.fullynested.core.plugin.PluginRegistry;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.logging.Level;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Options of every command. */
final class CommonOptions {

    /** More than any machine has. */
    static final int MOST_THREADS = 4096;

    @Option(names = "--seed", paramLabel = "N", description = "seed of every random draw (default: 1, or what the checkpoint was trained with)")
    private Long seed;

    @Option(names = "--threads", paramLabel = "N", description = "threads to compute with (default: all processors)")
    private Integer threads;

    @Option(names = "--compute", paramLabel = "DEVICE", description = "device to compute on, cpu, cuda or cuda:1 (default: the fastest there is)")
    private String compute;

    @Option(names = "--base", paramLabel = "DIR",
            description = "folder that relative paths in the YAML file start from (default: the file's own)")
    private Path base;

    @Option(names = "--data", paramLabel = "SPEC", description = "a YAML file whose data are taken in the place of those that a checkpoint or "
            + "another YAML file names; for import also a folder of images")
    private Path data;

    @Option(names = "--plugin-path", paramLabel = "DIR", description = "folder of plugin jars; may be repeated")
    private List<Path> pluginPath = List.of();

    @Option(names = "--device", paramLabel = "FILE", description = "YAML file of a device, whose costs budgets may limit; may be repeated")
    private List<Path> devices = List.of();

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "a value in the place of the YAML file's, for example training.epochs=20 or "
            + "search.budgets.tiny.macs=100k; may be repeated")
    private List<String> overrides = List.of();

    @Option(names = "--overwrite", description = "replace what is in the place of --out")
    private boolean overwrite;

    @Option(names = {"-v", "--verbose"}, description = "tell more: on stderr what the log says; of plugins the options of each kind")
    private boolean verbose;

    @Option(names = "--quiet", description = "tell nothing but what goes wrong")
    private boolean quiet;

    @Option(names = "--json-progress", description = "tell how far long work is as lines of JSON")
    private boolean json;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    private final Set<FailedPlugin> told = new HashSet<>();
    private final Set<String> noted = new HashSet<>();

    Settings settings() {
        return settings(Optional.ofNullable(data).map(this::source));
    }

    /** @param own in the place of the data that a description names */
    Settings settings(Optional<DataSource> own) {
        if (threads != null && (threads < 1 || threads > MOST_THREADS)) {
            throw new BadInputException("--threads " + threads + ": " + (threads < 1 ? "at least 1 is needed" : MOST_THREADS + " at most"));
        }
        if (base != null && !Files.isDirectory(base)) {
            throw new BadInputException("--base " + base + ": there is no such folder");
        }
        Settings standard = Settings.standard();
        return new Settings(seed == null ? OptionalLong.empty() : OptionalLong.of(seed), threads == null ? standard.threads() : threads,
                Optional.ofNullable(compute).map(CommonOptions::device), pluginPath, Optional.ofNullable(base), devices, standard.plugins(),
                own, overrides(), this::tellOnce, this::noteOnce);
    }

    private static ComputeDevice device(String text) {
        try {
            return ComputeDevice.parse(text);
        } catch (IllegalArgumentException e) {
            throw new BadInputException("--compute " + e.getMessage());
        }
    }

    /** The data of another description, as they are opened there. */
    private DataSource source(Path spec) {
        return anywhere -> {
            Settings there = new Settings(OptionalLong.empty(), 1, Optional.empty(), pluginPath, Optional.ofNullable(base), devices, List.of(),
                    Optional.empty(), Map.of(), this::tellOnce, this::noteOnce);
            // not closed, as what it opened is looked at later
            return FullyNested.open(spec, there).data();
        };
    }

    /** Where data come from, if that was given. */
    Optional<Path> data() {
        return Optional.ofNullable(data);
    }

    private Map<String, String> overrides() {
        Map<String, String> values = new LinkedHashMap<>();
        for (String one : overrides) {
            int equals = one.indexOf('=');
            if (equals < 1 || equals == one.length() - 1) {
                throw new BadInputException("--set " + one + ": a key, '=' and a value are needed. Maybe training.epochs=20?");
            }
            values.put(one.substring(0, equals).strip(), one.substring(equals + 1).strip());
        }
        return values;
    }

    /** The plugins, those left out told of. */
    PluginRegistry plugins() {
        PluginRegistry registry = PluginRegistry.load(settings().pluginPath());
        registry.failed().forEach(this::tellOnce);
        return registry;
    }

    private void tellOnce(FailedPlugin plugin) {
        if (told.add(plugin)) {
            command.commandLine().getErr().println("left out: " + plugin);
        }
    }

    private void noteOnce(String note) {
        if (noted.add(note)) {
            command.commandLine().getErr().println("note: " + note);
        }
    }

    /** Those of a command, if it has them. */
    static Optional<CommonOptions> of(CommandSpec command) {
        return command.mixins().values().stream().flatMap(mixin -> mixin.userObject() instanceof CommonOptions common ? Stream.of(common)
                : of(mixin).stream()).findFirst();
    }

    /** From where on the log is told on the terminal. */
    Level level() {
        return verbose ? Level.INFO : quiet ? Level.SEVERE : Level.WARNING;
    }

    boolean verbose() {
        return verbose;
    }

    /** Where results are told. */
    PrintWriter out() {
        return quiet ? new PrintWriter(Writer.nullWriter()) : command.commandLine().getOut();
    }

    /** Shows how far a task is. */
    Console console(String task) {
        return new Console(out(), task, json ? Console.Style.JSON : quiet ? Console.Style.NONE : Console.Style.TEXT);
    }

    /** Takes a folder that {@link #folder} or {@link #trainingFolder} let through. */
    OutputFolder take(Path folder) throws IOException {
        return taken(() -> new OutputFolder(folder));
    }

    private static <T> T taken(InputFile.Reading<T> output) throws IOException {
        try {
            return output.read();
        } catch (LockedException e) {
            throw new BadInputException(e.getMessage() + ". Maybe wait for it, or another --out?");
        }
    }

    /** Whether what is there may be replaced. */
    boolean overwrite() {
        return overwrite;
    }

    /** Where results go if nobody says: {@code out/<name of the YAML file><ending>}; of one that an import wrote, {@code out/<its folder>-nested<ending>}. */
    static Path standardFolder(Path spec, String ending) {
        String file = String.valueOf(spec.getFileName());
        Path imported = file.equals(OnnxImport.SPEC) ? spec.toAbsolutePath().normalize().getParent().getFileName() : null;
        return Path.of("out", (imported != null ? imported + "-nested" : file.replaceFirst("\\.ya?ml$", "")) + ending);
    }

    /**
     * A folder to train in, as {@link #folder} says; {@code out/<name of the YAML file>} if none is given.
     *
     * @param further whether what was trained there, and no more, is to be gone on with
     */
    Path trainingFolder(Path given, Path spec, boolean further) throws IOException {
        Path target = given == null ? standardFolder(spec, "") : given;
        Path trained = target.resolve(Pipeline.CHECKPOINT);
        if (further && Files.exists(trained) && !Files.exists(target.resolve(Pipeline.SUMMARY))) {
            return writable(target, false);
        }
        if (!overwrite && Files.exists(trained) && !Files.exists(target.resolve(RunJournal.FILE))) {
            throw new BadInputException(target + " is there already. Maybe --overwrite, another --out, or './fn search " + trained
                    + "' for what was trained?");
        }
        return folder(target);
    }

    /** A folder to write to: new, to be overwritten, or with nothing in it but what was stopped. */
    Path folder(Path target) throws IOException {
        if (Files.exists(target) && !Files.isDirectory(target)) {
            throw new BadInputException(target + " is a file. Maybe another --out?");
        }
        return writable(target, Files.exists(target) && !isFree(target));
    }

    /** Takes a file to write that may be there already, as it holds nothing that cannot be made again at once. */
    OutputFile fileAnew(Path target) throws IOException {
        Path file = writable(target, false);
        return taken(() -> new OutputFile(file));
    }

    /** Takes a file to write: new, to be overwritten, or of what was stopped before it was tidied up. */
    OutputFile file(Path target) throws IOException {
        if (Files.isDirectory(target)) {
            throw new BadInputException(target + " is a folder. Maybe --out " + target.resolve("a-file") + "?");
        }
        Path file = writable(target, Files.exists(target) && !Files.exists(OutputFile.unfinished(target)));
        return taken(() -> new OutputFile(file));
    }

    private Path writable(Path target, boolean taken) {
        if (taken && !overwrite) {
            throw new BadInputException(target + " is there already. Maybe --overwrite, or another --out?");
        }
        Path folder = Files.isDirectory(target) ? target : target.toAbsolutePath().normalize().getParent();
        while (folder != null && !Files.exists(folder)) {
            folder = folder.getParent();
        }
        if (!letsFilesBeMade(folder)) {
            throw new BadInputException(target + " cannot be written: " + folder + (Files.isDirectory(folder) ? " does not let files be made"
                    : " is not a folder") + ". Maybe another --out?");
        }
        return target;
    }

    /** Long work should not end in vain, and permissions alone do not tell. */
    private static boolean letsFilesBeMade(Path folder) {
        try {
            Files.delete(Files.createTempFile(folder, ".fn", null));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Takes a folder of results, to write some of them again. */
    OutputFolder again(Path folder) throws IOException {
        if (!letsFilesBeMade(folder)) {
            throw new BadInputException(folder + " cannot be written: it does not let files be made. Maybe a copy of it?");
        }
        return take(folder);
    }

    private static boolean isFree(Path folder) throws IOException {
        if (Files.exists(folder.resolve(RunJournal.FILE))) {
            return true;
        }
        try (Stream<Path> content = Files.list(folder)) {
            // a stop may have left half of the next one beside it
            return content.map(file -> file.getFileName().toString()).allMatch(file -> file.replaceFirst("^\\.", "").startsWith(Pipeline.UNFINISHED)
                    || OutputFolder.BESIDES.contains(file));
        }
    }
}
