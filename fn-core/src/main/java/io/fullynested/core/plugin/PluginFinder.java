package io.fullynested.core.plugin;

import io.fullynested.api.plugin.FullyNestedPlugin;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/** Asks ServiceLoader for the plugins of one class loader, and finds out which one is to blame if that fails. */
final class PluginFinder {

    private final ClassLoader loader;
    private final List<FailedPlugin> failed;
    /** Plugin class → the jar whose service file names it; what has been seen is taken out. */
    private final Map<String, String> expected;

    private PluginFinder(ClassLoader loader, List<FailedPlugin> failed) {
        this.loader = loader;
        this.failed = failed;
        this.expected = declared(loader);
    }

    /**
     * The plugins of a class loader, in the order of its service files.
     *
     * @param failed gets those that could not be made
     */
    static List<FullyNestedPlugin> find(ClassLoader loader, List<FailedPlugin> failed) {
        return new PluginFinder(loader, failed).find();
    }

    private List<FullyNestedPlugin> find() {
        List<FullyNestedPlugin> found = new ArrayList<>();
        Iterator<ServiceLoader.Provider<FullyNestedPlugin>> providers =
                ServiceLoader.load(FullyNestedPlugin.class, loader).stream().iterator();
        while (true) {
            try {
                if (!providers.hasNext()) {
                    return found;
                }
                ServiceLoader.Provider<FullyNestedPlugin> provider = providers.next();
                String type = provider.type().getName();
                String jar = expected.remove(type);
                try {
                    found.add(provider.get());
                } catch (ServiceConfigurationError | LinkageError e) {
                    failed.add(FailedPlugin.of(type + " (" + jar + ")", e));
                }
            } catch (ServiceConfigurationError | LinkageError e) {
                FailedPlugin failure = FailedPlugin.of(culprit(e), e);
                // the iterator goes past a culprit, so that the same failure again means that it is stuck
                if (failed.contains(failure)) {
                    return found;
                }
                failed.add(failure);
            }
        }
    }

    private String culprit(Throwable error) {
        // a ServiceConfigurationError names the class in its text; what cannot be linked is the first that was not seen yet
        Stream<String> suspects = error instanceof LinkageError ? expected.keySet().stream()
                : Stream.of(String.valueOf(error.getMessage()).split("\\s+")).filter(expected::containsKey);
        return suspects.findFirst().map(type -> type + " (" + expected.remove(type) + ")").orElse("a service file");
    }

    private static Map<String, String> declared(ClassLoader loader) {
        Map<String, String> declared = new LinkedHashMap<>();
        try {
            for (URL file : Collections.list(loader.getResources("META-INF/services/" + FullyNestedPlugin.class.getName()))) {
                try (var lines = new BufferedReader(new InputStreamReader(file.openStream(), StandardCharsets.UTF_8))) {
                    lines.lines().map(line -> line.replaceFirst("#.*", "").strip()).filter(line -> !line.isEmpty())
                            .forEach(line -> declared.putIfAbsent(line, Origin.fileName(file)));
                }
            }
        } catch (IOException | UncheckedIOException e) {
            // ServiceLoader meets the same trouble and reports it
            return declared;
        }
        return declared;
    }
}
