package io.fullynested.core.spec;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fullynested.core.plugin.PluginRegistry;
import io.fullynested.core.plugin.TestPlugins;
import java.util.List;

/** Reads small texts with {@link SpecPlugin}. */
final class Reading {

    static final PluginRegistry REGISTRY = TestPlugins.registry(SpecPlugin.class);
    static final SpecReader READER = new SpecReader(REGISTRY);

    private Reading() {
    }

    static <R extends Record> R read(Class<R> root, String yaml) {
        return READER.read(yaml, "q.yaml", root).value();
    }

    /** The lines of the message that a text is refused with. */
    static List<String> refused(Class<? extends Record> root, String yaml) {
        return catchThrowableOfType(ConfigurationException.class, () -> read(root, yaml)).getMessage().lines().toList();
    }
}
