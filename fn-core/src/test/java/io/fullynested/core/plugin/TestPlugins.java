package io.fullynested.core.plugin;

import io.fullynested.api.plugin.FullyNestedPlugin;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Registries of chosen plugins, through a service file of their own. */
public final class TestPlugins {

    private TestPlugins() {
    }

    /** A registry that knows these plugins of the test class path, and nothing else. */
    public static PluginRegistry registry(Class<?>... plugins) {
        return PluginRegistry.load(classPath(Stream.of(plugins).map(Class::getName).collect(Collectors.joining("\n"))), List.of());
    }

    /** The test class path, with {@code serviceFile} as its only service file. */
    static ClassLoader classPath(String serviceFile) {
        return new ClassLoader(TestPlugins.class.getClassLoader()) {
            @Override
            public Enumeration<URL> getResources(String name) throws IOException {
                return name.endsWith(FullyNestedPlugin.class.getName())
                        ? Collections.enumeration(List.of(inMemory(name, serviceFile))) : super.getResources(name);
            }
        };
    }

    private static URL inMemory(String name, String text) throws IOException {
        return new URL("memory", "", -1, "/test.jar!/" + name, new URLStreamHandler() {
            @Override
            protected URLConnection openConnection(URL url) {
                return new URLConnection(url) {
                    @Override
                    public void connect() {
                        // nothing to connect to
                    }

                    @Override
                    public InputStream getInputStream() {
                        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
                    }
                };
            }
        });
    }
}
