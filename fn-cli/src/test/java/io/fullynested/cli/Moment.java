package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.core.io.FailingDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/** When a file is first there, or has so many lines, or a folder so many files. */
record Moment(String file, int lines) {

    boolean isIn(Path folder) throws IOException {
        Path awaited = folder.resolve(file);
        if (Files.isDirectory(awaited)) {
            try (Stream<Path> within = Files.walk(awaited)) {
                return within.filter(Files::isRegularFile).filter(one -> !one.getFileName().toString().startsWith(".")).count() >= lines;
            }
        }
        return Files.exists(awaited) && (lines == 0 || Files.readString(awaited).lines().count() >= lines);
    }

    /**
     * Runs a command to its end, and copies its folder at moments, to what a kill then would have left of it.
     *
     * @param name    of the folder in the project
     * @param moments by the names of the copies
     */
    static void copied(TinyProject project, String name, Map<String, Moment> moments, String... words) {
        Map<String, Moment> left = new HashMap<>(moments);
        try (FailingDisk disk = new FailingDisk(operation -> {
            left.entrySet().removeIf(one -> one.getValue().copied(project.path(name), project.path(one.getKey())));
            return false;
        })) {
            TinyProject.Outcome outcome = project.fn(words);
            assertThat(outcome.code()).as(outcome.err()).isZero();
            assertThat(disk.operations()).isPositive();
        }
        assertThat(left).isEmpty();
    }

    private boolean copied(Path from, Path to) {
        try {
            return isIn(from) && copy(from, to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static boolean copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path file : all.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
        return true;
    }
}
