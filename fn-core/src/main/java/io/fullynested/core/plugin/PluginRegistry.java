package io.fullynested.core.plugin;

import io.fullynested.api.plugin.Factory;
import io.fullynested.api.plugin.FullyNestedPlugin;
import io.fullynested.api.plugin.Option;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.AnnotationFormatError;
import java.lang.reflect.RecordComponent;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Every plugin on the class path and in plugin folders, and what they provide, by role and kind. */
public final class PluginRegistry implements AutoCloseable {

    private static final Pattern KEBAB = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");

    private final List<URLClassLoader> loaders = new ArrayList<>();
    private final List<Origin> plugins = new ArrayList<>();
    private final List<FailedPlugin> failed = new ArrayList<>();
    private final Map<Role<?>, Map<String, Kinds.Provided<?>>> provided = new LinkedHashMap<>();
    private final List<String> conflicts = new ArrayList<>();

    private PluginRegistry() {
        Role.ALL.forEach(role -> provided.put(role, new TreeMap<>()));
    }

    /** The plugins on the class path of this program and in folders of jars. */
    public static PluginRegistry load(List<Path> folders) {
        return load(folders, List.of());
    }

    /**
     * The same, and plugins that a program has made.
     *
     * @throws PluginException as the other method does, or if one of these does not keep the rules
     */
    public static PluginRegistry load(List<Path> folders, List<FullyNestedPlugin> own) {
        PluginRegistry registry = load(PluginRegistry.class.getClassLoader(), folders);
        int failed = registry.failed.size();
        own.forEach(registry::add);
        List<String> problems = new ArrayList<>(registry.conflicts);
        registry.failed.subList(failed, registry.failed.size()).forEach(plugin -> problems.add(plugin.toString()));
        if (!problems.isEmpty()) {
            registry.close();
            throw new PluginException(String.join("\n", problems));
        }
        return registry;
    }

    /**
     * The plugins that a class loader sees, and those in folders of jars. What cannot be loaded is left out and remembered.
     *
     * @throws PluginException if a folder does not exist, or if two plugins provide the same kind of the same role
     */
    public static PluginRegistry load(ClassLoader classPath, List<Path> folders) {
        PluginRegistry registry = new PluginRegistry();
        try {
            PluginFinder.find(classPath, registry.failed).forEach(registry::add);
            for (Path folder : folders.stream().map(path -> path.toAbsolutePath().normalize()).distinct().toList()) {
                int before = registry.failed.size();
                URLClassLoader loader = PluginFolder.open(folder, registry.failed);
                registry.loaders.add(loader);
                List<FullyNestedPlugin> found = PluginFinder.find(loader, registry.failed);
                found.forEach(registry::add);
                if (found.isEmpty() && registry.failed.size() == before) {
                    registry.failed.add(PluginFolder.empty(folder));
                }
            }
            if (!registry.conflicts.isEmpty()) {
                throw new PluginException(String.join("\n", registry.conflicts));
            }
            return registry;
        } catch (RuntimeException e) {
            registry.close();
            throw e;
        }
    }

    /** The plugins that were loaded, those of the class path first. */
    public List<Origin> plugins() {
        return List.copyOf(plugins);
    }

    /** The plugins that could not be loaded. */
    public List<FailedPlugin> failed() {
        return List.copyOf(failed);
    }

    /** What there is of one role. */
    public <T> Kinds<T> kinds(Role<T> role) {
        Map<String, Kinds.Provided<T>> kinds = new TreeMap<>();
        provided.get(role).forEach((kind, entry) -> kinds.put(kind, cast(entry)));
        return new Kinds<>(role, kinds, failed);
    }

    /** Closes the jars of the plugin folders; what they provided must not be used any more. */
    @Override
    public void close() {
        for (URLClassLoader loader : loaders) {
            try {
                loader.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void add(FullyNestedPlugin plugin) {
        Origin origin = Origin.of(plugin.getClass().getSimpleName(), plugin.getClass());
        Map<Role<?>, List<Factory<?>>> offered = new LinkedHashMap<>();
        try {
            origin = Origin.of(plugin.name(), plugin.getClass());
            for (Role<?> role : Role.ALL) {
                List<Factory<?>> factories = List.copyOf(role.provided().apply(plugin));
                factories.forEach(factory -> check(role, factory));
                offered.put(role, factories);
            }
        } catch (RuntimeException | LinkageError | AnnotationFormatError e) {
            failed.add(FailedPlugin.of(origin.toString(), e));
            return;
        }
        plugins.add(origin);
        for (Map.Entry<Role<?>, List<Factory<?>>> entry : offered.entrySet()) {
            for (Factory<?> factory : entry.getValue()) {
                add(entry.getKey(), new Kinds.Provided<>(factory, origin));
            }
        }
    }

    private void add(Role<?> role, Kinds.Provided<?> entry) {
        Kinds.Provided<?> first = provided.get(role).putIfAbsent(entry.factory().kind(), entry);
        if (first != null) {
            conflicts.add("Two plugins provide the " + role.noun() + " '" + entry.factory().kind() + "': "
                    + first.origin() + " and " + entry.origin() + ". Remove one of them from the path");
        }
    }

    private static void check(Role<?> role, Factory<?> factory) {
        String what = "its " + role.noun() + " '" + factory.kind() + "'";
        if (!KEBAB.matcher(factory.kind()).matches()) {
            throw new PluginException(what + " must be named in kebab case, like 'my-block'");
        }
        for (RecordComponent component : factory.options().getRecordComponents()) {
            if (component.getAnnotation(Option.class) == null) {
                throw new PluginException(what + " has an option '" + component.getName() + "' without @Option");
            }
            if (role.reserved().contains(component.getName())) {
                throw new PluginException(what + " cannot have an option '" + component.getName() + "', every "
                        + role.noun() + " has that key already");
            }
        }
    }

    // safe: entries of a role come from that role's own list only
    @SuppressWarnings("unchecked")
    private static <T> Kinds.Provided<T> cast(Kinds.Provided<?> entry) {
        return (Kinds.Provided<T>) entry;
    }
}
