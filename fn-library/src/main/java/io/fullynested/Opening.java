package io.fullynested;

import io.fullynested.core.plugin.PluginRegistry;
import io.fullynested.core.spec.Overrides;
import io.fullynested.core.spec.SpecFile;
import io.fullynested.core.spec.SpecReader;
import java.nio.file.Path;

/**
 * What a network is opened with.
 *
 * @param base the folder that relative paths in the description start from, if the settings know none
 * @param seed  of every random draw, if the settings have none
 * @param saved whether the description is that of a checkpoint, which may have been moved away from its data
 */
record Opening(PluginRegistry registry, Costs costs, SpecFile<RunSpec> file, Path base, Settings settings, long seed, boolean saved) {

    /** A way to a description. */
    interface Reading {
        SpecFile<RunSpec> read(SpecReader reader, PluginRegistry registry);
    }

    /** Finds the plugins and reads the description, which may be of their kinds. */
    static Opening of(Settings settings, Path base, long seed, Reading reading) {
        return of(settings, base, seed, false, reading);
    }

    /** The same, of a description that a checkpoint holds or not. */
    static Opening of(Settings settings, Path base, long seed, boolean saved, Reading reading) {
        PluginRegistry registry = PluginRegistry.load(settings.pluginPath(), settings.plugins());
        registry.failed().forEach(settings.leftOut());
        try {
            Costs costs = Costs.of(registry, settings.devices());
            return new Opening(registry, costs, reading.read(costs.reader().with(new Overrides(settings.overrides())), registry), base, settings, seed, saved);
        } catch (RuntimeException e) {
            registry.close();
            throw e;
        }
    }
}
