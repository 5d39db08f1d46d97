package io.fullynested.cli;

import io.fullynested.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** Options of every command that works on a network. */
final class CommonOptions {

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "seed of every random draw (default: ${DEFAULT-VALUE})")
    long seed;

    @Option(names = "--threads", paramLabel = "N", description = "threads to compute with (default: all processors)")
    Integer threads;

    @Option(names = "--plugin-path", paramLabel = "DIR", description = "folder of plugin jars; may be repeated")
    List<Path> pluginPath = List.of();

    @Option(names = "--overwrite", description = "replace what an earlier run left in the output folder or file")
    boolean overwrite;

    Settings settings() {
        return new Settings(seed, threads(), pluginPath);
    }

    /** {@code out/<name of the YAML file>}. */
    static Path standardOutput(Path spec) {
        return Path.of("out", spec.getFileName().toString().replaceFirst("\\.ya?ml$", ""));
    }

    private int threads() {
        if (threads != null && threads < 1) {
            throw new BadInputException("--threads " + threads + ": at least 1 is needed");
        }
        return threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    }

    /** Refuses a file or a folder with something in it, unless it may be overwritten. */
    Path output(Path target) throws IOException {
        if (!overwrite && Files.exists(target) && !isEmptyFolder(target)) {
            throw new BadInputException(target + " is there already. Maybe --overwrite, or another --out?");
        }
        return target;
    }

    private static boolean isEmptyFolder(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            return false;
        }
        try (Stream<Path> content = Files.list(path)) {
            return content.findAny().isEmpty();
        }
    }
}
