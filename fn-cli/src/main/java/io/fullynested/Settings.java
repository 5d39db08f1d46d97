package io.fullynested;

import io.fullynested.core.plugin.FailedPlugin;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * What is not a network's but a run's.
 *
 * @param seed       of every random draw; if empty, 1, or for a checkpoint the one that it was trained with
 * @param threads    to compute with, at least 1
 * @param pluginPath folders of plugin jars
 * @param base       the folder that relative paths in the description start from; if empty, the description's own
 * @param devices    files of devices, beside those of the description
 * @param leftOut    told of each plugin that cannot be loaded; it is left out
 */
public record Settings(OptionalLong seed, int threads, List<Path> pluginPath, Optional<Path> base, List<Path> devices,
                       Consumer<FailedPlugin> leftOut) {

    /** @throws IllegalArgumentException if there is no thread */
    public Settings {
        if (threads < 1) {
            throw new IllegalArgumentException("At least 1 thread is needed, not " + threads);
        }
        pluginPath = List.copyOf(pluginPath);
        devices = List.copyOf(devices);
    }

    /** All processors, everything else by default. */
    public static Settings standard() {
        return new Settings(OptionalLong.empty(), Runtime.getRuntime().availableProcessors(), List.of(), Optional.empty(), List.of(), plugin -> { });
    }
}
