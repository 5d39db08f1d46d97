package io.fullynested.core.plugin;

import io.fullynested.api.plugin.FullyNestedPlugin;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/** The jars of one folder behind one class loader, which sees nothing of this program but its API. */
final class PluginFolder {

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
        try (Stream<Path> files = Files.list(folder)) {
            for (Path jar : files.filter(file -> file.toString().endsWith(".jar")).sorted().toList()) {
                // URLClassLoader would skip a damaged jar without a word
                try {
                    new JarFile(jar.toFile()).close();
                    urls.add(jar.toUri().toURL());
                } catch (IOException e) {
                    failed.add(new FailedPlugin(jar.getFileName().toString(), "not a readable jar: " + e.getMessage()));
                }
            }
        } catch (IOException e) {
            throw new PluginException("The plugin path " + folder + " cannot be read: " + e.getMessage());
        }
        return new URLClassLoader("plugins in " + folder, urls.toArray(URL[]::new), new ApiLoader());
    }
}
