package io.fullynested.cli;

import io.fullynested.Settings;
import io.fullynested.core.engine.ComputeDevice;
import io.fullynested.core.plugin.FailedPlugin;
import io.fullynested.core.plugin.PluginRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Options of every command. */
final class CommonOptions {

    @Option(names = "--seed", paramLabel = "N", description = "seed of every random draw (default: 1, or what the checkpoint was trained with)")
    private Long seed;

    @Option(names = "--threads", paramLabel = "N", description = "threads to compute with (default: all processors)")
    private Integer threads;

    @Option(names = "--compute", paramLabel = "DEVICE", description = "device to compute on, cpu, cuda or cuda:1 (default: the fastest there is)")
    private String compute;

    @Option(names = "--base", paramLabel = "DIR",
            description = "folder that relative paths in the YAML file start from (default: the file's own)")
    private Path base;

    @Option(names = "--plugin-path", paramLabel = "DIR", description = "folder of plugin jars; may be repeated")
    private List<Path> pluginPath = List.of();

    @Option(names = "--device", paramLabel = "FILE", description = "YAML file of a device, whose costs budgets may limit; may be repeated")
    private List<Path> devices = List.of();

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "a value in the place of the YAML file's, for example training.epochs=20 or "
            + "search.budgets.tiny.macs=100k; may be repeated")
    private List<String> overrides = List.of();

    @Option(names = "--overwrite", description = "replace what is in the place of --out")
    private boolean overwrite;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    private final Set<FailedPlugin> told = new HashSet<>();
    private final Set<String> noted = new HashSet<>();

    Settings settings() {
        if (threads != null && threads < 1) {
            throw new BadInputException("--threads " + threads + ": at least 1 is needed");
        }
        if (base != null && !Files.isDirectory(base)) {
            throw new BadInputException("--base " + base + ": there is no such folder");
        }
        Settings standard = Settings.standard();
        return new Settings(seed == null ? OptionalLong.empty() : OptionalLong.of(seed), threads == null ? standard.threads() : threads,
                Optional.ofNullable(compute).map(CommonOptions::device), pluginPath, Optional.ofNullable(base), devices, standard.plugins(), standard.data(),
                overrides(), this::tellOnce, this::noteOnce);
    }

    private static ComputeDevice device(String text) {
        try {
            return ComputeDevice.parse(text);
        } catch (IllegalArgumentException e) {
            throw new BadInputException("--compute " + e.getMessage());
        }
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

    /** Whether what is there may be replaced. */
    boolean overwrite() {
        return overwrite;
    }

    /** A folder to train in, as {@link #folder} says; {@code out/<name of the YAML file>} if none is given. */
    Path trainingFolder(Path given, Path spec) throws IOException {
        Path target = given == null ? Path.of("out", String.valueOf(spec.getFileName()).replaceFirst("\\.ya?ml$", "")) : given;
        Path trained = target.resolve(Pipeline.CHECKPOINT);
        if (!overwrite && Files.exists(trained)) {
            throw new BadInputException(target + " is there already. Maybe --overwrite, another --out, or './fn search " + trained
                    + "' for what was trained?");
        }
        return folder(target);
    }

    /** A folder to write to: new, to be overwritten, or with nothing in it but a training that was stopped. */
    Path folder(Path target) throws IOException {
        if (Files.exists(target) && !Files.isDirectory(target)) {
            throw new BadInputException(target + " is a file. Maybe another --out?");
        }
        return writable(target, Files.exists(target) && !isFree(target));
    }

    /** A file to write: new, or to be overwritten. */
    Path file(Path target) throws IOException {
        if (Files.isDirectory(target)) {
            throw new BadInputException(target + " is a folder. Maybe --out " + target.resolve("a-file") + "?");
        }
        return writable(target, Files.exists(target));
    }

    private Path writable(Path target, boolean taken) {
        if (taken && !overwrite) {
            throw new BadInputException(target + " is there already. Maybe --overwrite, or another --out?");
        }
        Path folder = Files.isDirectory(target) ? target : target.toAbsolutePath().normalize().getParent();
        while (folder != null && !Files.exists(folder)) {
            folder = folder.getParent();
        }
        try {
            // long work should not end in vain, and permissions alone do not tell
            Files.delete(Files.createTempFile(folder, ".fn", null));
        } catch (IOException e) {
            throw new BadInputException(target + " cannot be written: " + folder + (Files.isDirectory(folder) ? " does not let files be made"
                    : " is not a folder") + ". Maybe another --out?");
        }
        return target;
    }

    private static boolean isFree(Path folder) throws IOException {
        try (Stream<Path> content = Files.list(folder)) {
            // a stop may have left half of the next one beside it
            return content.allMatch(file -> file.getFileName().toString().replaceFirst("^\\.", "").startsWith(Pipeline.UNFINISHED));
        }
    }
}
