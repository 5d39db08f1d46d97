package io.fullynested;

import java.nio.file.Path;
import java.util.List;

/**
 * What is not a network's but a run's.
 *
 * @param seed       of every random draw
 * @param threads    to compute with
 * @param pluginPath folders of plugin jars
 */
public record Settings(long seed, int threads, List<Path> pluginPath) {

    public Settings {
        pluginPath = List.copyOf(pluginPath);
    }

    /** Seed 1, all processors, no plugin folders. */
    public static Settings standard() {
        return new Settings(1, Runtime.getRuntime().availableProcessors(), List.of());
    }
}
