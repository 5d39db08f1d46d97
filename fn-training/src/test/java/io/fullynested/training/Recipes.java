package io.fullynested.training;

import io.fullynested.core.plugin.PluginRegistry;
import io.fullynested.core.spec.SpecReader;
import java.util.List;

/** Reads options as they stand in YAML. */
final class Recipes {

    private static final SpecReader READER = new SpecReader(PluginRegistry.load(List.of()));

    private Recipes() {
    }

    static TrainingOptions of(String yaml) {
        return READER.read(yaml, "training", TrainingOptions.class).value();
    }
}
