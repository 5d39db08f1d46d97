package io.fullynested.core.plugin;

import io.fullynested.api.plugin.FullyNestedPlugin;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The jars of one folder behind one class loader, which sees nothing of this program but its API. */
final class PluginFolder {

    private static final String SERVICES = "META-INF/services/";
    /** Starts the names of class loaders, and so tells their classes in stack traces. */
    private static final String LOADER = "plugins in ";

    private PluginFolder() {
    }

    /** Shows the JDK, the API and SLF4J; none of their resources, so that their service files are not counted again. */
    private static final class ApiLoader extends ClassLoader {

        ApiLoader() {
            super("fully-nested-api", ClassLoader.getPlatformClassLoader());
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (name.startsWith("io.fullynested.api.") || name.startsWith("org.slf4j.")) {
                return FullyNestedPlugin.class.getClassLoader().loadClass(name);
            }
            throw new ClassNotFoundException(name);
        }
    }

    /**
     * Opens a folder.
     *
     * @param failed gets the jars that cannot be read
     * @throws PluginException if there is no such folder
     */
    static URLClassLoader open(Path folder, List<FailedPlugin> failed) {
        if (!Files.isDirectory(folder)) {
            String maybe = Files.isRegularFile(folder) ? ". Maybe its folder '" + folder.toAbsolutePath().getParent() + "'?" : "";
            throw new PluginException("The plugin path " + folder + " is not a folder" + maybe);
        }
        List<URL> urls = new ArrayList<>();
        for (Path jar : jars(folder)) {
            // URLClassLoader would skip a damaged jar without a word
            try {
                new JarFile(jar.toFile()).close();
                urls.add(jar.toUri().toURL());
            } catch (IOException e) {
                failed.add(new FailedPlugin(jar.getFileName().toString(), "not a readable jar: " + e.getMessage()));
            }
        }
        return new URLClassLoader(LOADER + folder, urls.toArray(URL[]::new), new ApiLoader());
    }

    /** Says why a folder of readable jars gave no plugin. */
    static FailedPlugin empty(Path folder) {
        List<Path> jars = jars(folder);
        String names = jars.stream().map(jar -> jar.getFileName().toString()).collect(Collectors.joining(", "));
        List<String> services = jars.stream().flatMap(PluginFolder::services).toList();
        String wanted = SERVICES + FullyNestedPlugin.class.getName();
        String reason = jars.isEmpty() ? "there is no jar in it. Maybe build the plugin first?"
                : services.contains(wanted) ? "no class is named in the service file " + wanted + " (" + names + ")"
                : "no jar in it (" + names + ") has the service file " + wanted + ", which names the plugin's class" + services.stream()
                .filter(name -> name.endsWith(FullyNestedPlugin.class.getSimpleName())).findFirst().map(name -> ". Maybe rename " + name + "?").orElse("");
        return new FailedPlugin("The plugin path " + folder, reason);
    }

    private static Stream<String> services(Path jar) {
        try (JarFile open = new JarFile(jar.toFile())) {
            return open.stream().map(JarEntry::getName).filter(name -> name.startsWith(SERVICES)).toList().stream();
        } catch (IOException e) {
            return Stream.empty();
        }
    }

    private static List<Path> jars(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
        } catch (IOException e) {
            throw new PluginException("The plugin path " + folder + " cannot be read: " + e.getMessage());
        }
    }

    /** Whether a line of a stack trace is of a class of some plugin folder. */
    static boolean holds(StackTraceElement line) {
        return line.getClassLoaderName() != null && line.getClassLoaderName().startsWith(LOADER);
    }

    /** The file name of the jar that holds the class of such a line. */
    static String jarOf(StackTraceElement line) {
        Path folder = Path.of(line.getClassLoaderName().substring(LOADER.length()));
        String entry = line.getClassName().replace('.', '/') + ".class";
        return jars(folder).stream().filter(jar -> {
            try (JarFile open = new JarFile(jar.toFile())) {
                return open.getEntry(entry) != null;
            } catch (IOException e) {
                return false;
            }
        }).map(jar -> jar.getFileName().toString()).findFirst().orElse(folder.toString());
    }
}
