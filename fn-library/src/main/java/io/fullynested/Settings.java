package io.fullynested;

import io.fullynested.api.data.DataSource;
import io.fullynested.api.plugin.FullyNestedPlugin;
import io.fullynested.core.engine.ComputeDevice;
import io.fullynested.core.plugin.FailedPlugin;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * What is not a network's but a run's.
 *
 * @param seed       of every random draw; if empty, 1, or for a checkpoint the one that it was trained with
 * @param threads    to compute with, at least 1
 * @param device     to compute on; if empty, the fastest there is
 * @param pluginPath folders of plugin jars
 * @param base       the folder that relative paths in the description start from; if empty, the description's own
 * @param devices    files of devices, beside those of the description
 * @param plugins    plugins of the program itself, beside those on the class path and in folders
 * @param data       in the place of the description's, such as {@code base -> new Splits(…)} of arrays in memory
 * @param overrides  values in the place of the description's, as {@link io.fullynested.core.spec.Overrides} has them
 * @param leftOut    told of each plugin that cannot be loaded; it is left out
 * @param notes      told what a user should know of this machine, such as that it computes without LibTorch; it is logged, too
 */
public record Settings(OptionalLong seed, int threads, Optional<ComputeDevice> device, List<Path> pluginPath, Optional<Path> base,
                       List<Path> devices, List<FullyNestedPlugin> plugins, Optional<DataSource> data, Map<String, String> overrides,
                       Consumer<FailedPlugin> leftOut, Consumer<String> notes) {

    /** @throws IllegalArgumentException if there is no thread */
    public Settings {
        if (threads < 1) {
            throw new IllegalArgumentException("At least 1 thread is needed, not " + threads);
        }
        pluginPath = List.copyOf(pluginPath);
        devices = List.copyOf(devices);
        plugins = List.copyOf(plugins);
        overrides = Collections.unmodifiableMap(new LinkedHashMap<>(overrides));
    }

    /** All processors, everything else by default. */
    public static Settings standard() {
        return new Settings(OptionalLong.empty(), Runtime.getRuntime().availableProcessors(), Optional.empty(), List.of(), Optional.empty(),
                List.of(), List.of(), Optional.empty(), Map.of(), plugin -> { }, note -> { });
    }

    /** The same with another seed. */
    public Settings withSeed(long other) {
        return new Settings(OptionalLong.of(other), threads, device, pluginPath, base, devices, plugins, data, overrides, leftOut, notes);
    }

    /** The same with another number of threads. */
    public Settings withThreads(int other) {
        return new Settings(seed, other, device, pluginPath, base, devices, plugins, data, overrides, leftOut, notes);
    }

    /** The same on a device. Whether there is one here shows when something is computed. */
    public Settings withDevice(ComputeDevice other) {
        return new Settings(seed, threads, Optional.of(other), pluginPath, base, devices, plugins, data, overrides, leftOut, notes);
    }

    /** The same with relative paths that start from another folder. */
    public Settings withBase(Path other) {
        return new Settings(seed, threads, device, pluginPath, Optional.of(other), devices, plugins, data, overrides, leftOut, notes);
    }

    /** The same with these plugins of the program. */
    public Settings withPlugins(FullyNestedPlugin... own) {
        return new Settings(seed, threads, device, pluginPath, base, devices, List.of(own), data, overrides, leftOut, notes);
    }

    /** The same with data in the place of the description's. */
    public Settings withData(DataSource own) {
        return new Settings(seed, threads, device, pluginPath, base, devices, plugins, Optional.of(own), overrides, leftOut, notes);
    }

    /** The same with values in the place of the description's: path → YAML, such as {@code training.epochs} → {@code 20}. */
    public Settings withOverrides(Map<String, String> others) {
        return new Settings(seed, threads, device, pluginPath, base, devices, plugins, data, others, leftOut, notes);
    }
}
