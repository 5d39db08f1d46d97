package io.fullynested.core.plugin;

import io.fullynested.api.plugin.Factory;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What there is of one role, by kind.
 *
 * @param <T> what is made
 */
public final class Kinds<T> {

    private final Role<T> role;
    private final Map<String, Provided<T>> byKind;
    private final List<FailedPlugin> failed;

    /**
     * A kind and who provides it.
     *
     * @param factory makes it
     * @param origin  the plugin
     * @param <T>     what is made
     */
    public record Provided<T>(Factory<T> factory, Origin origin) {
    }

    Kinds(Role<T> role, Map<String, Provided<T>> byKind, List<FailedPlugin> failed) {
        this.role = role;
        this.byKind = Collections.unmodifiableMap(new TreeMap<>(byKind));
        this.failed = List.copyOf(failed);
    }

    public Role<T> role() {
        return role;
    }

    /** Everything there is, sorted by kind. */
    public Map<String, Provided<T>> all() {
        return byKind;
    }

    /**
     * The kind that something is of: it is a record of that kind's options, or what a kind without options makes.
     *
     * @throws IllegalArgumentException if no plugin provides it
     */
    public String kindOf(T thing) {
        return byKind.values().stream().map(Provided::factory).filter(factory -> makes(factory, thing)).map(Factory::kind).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no plugin on the path provides the " + role.noun() + " " + thing
                        + ". Maybe add a FullyNestedPlugin that does to Settings.withPlugins?"));
    }

    private static <T> boolean makes(Factory<T> factory, T thing) {
        if (factory.options() == thing.getClass()) {
            return true;
        }
        try {
            return factory.options() == Factory.None.class && thing.equals(factory.create().apply(new Factory.None()));
        } catch (RuntimeException | LinkageError e) {
            // one that fails is told when it is asked for
            return false;
        }
    }

    /**
     * The factory of a kind.
     *
     * @throws IllegalArgumentException if no plugin provides it, with the nearest spelling, those there are, and the plugins that
     *                                  could not be loaded, because one of them may have been meant to
     */
    public Factory<T> get(String kind) {
        Provided<T> provided = byKind.get(kind);
        if (provided != null) {
            return provided.factory();
        }
        StringBuilder message = new StringBuilder("no plugin on the path provides " + role.noun() + " '" + kind + "'");
        message.append(Spelling.maybeOrStop(kind, byKind.keySet()));
        message.append(byKind.isEmpty() ? " There is none at all" : " There are: " + String.join(", ", byKind.keySet()));
        throw new IllegalArgumentException(message.append(notLoaded()).toString());
    }

    /** To end a message with that something is unknown: the plugins that could not be loaded, if any. */
    public String notLoaded() {
        return failed.stream().map(plugin -> "; could not be loaded: " + plugin).collect(Collectors.joining());
    }
}
