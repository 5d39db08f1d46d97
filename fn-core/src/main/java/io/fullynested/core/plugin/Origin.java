package io.fullynested.core.plugin;

import java.net.URL;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.CodeSource;
import java.util.Optional;

/**
 * Where a plugin comes from.
 *
 * @param plugin    its name
 * @param className its class
 * @param jar       the file name of its jar, or of its folder of classes
 * @param version   the {@code Implementation-Version} of the jar's manifest, if it has one
 */
public record Origin(String plugin, String className, String jar, Optional<String> version) {

    static Origin of(String plugin, Class<?> type) {
        return new Origin(plugin, type.getName(), jar(type), Optional.ofNullable(type.getPackage().getImplementationVersion()));
    }

    /** Whether it is of Fully Nested itself. */
    public boolean ours() {
        return PluginFault.ours(className);
    }

    /** The file name of the jar, or of the folder of classes, that a class comes from. */
    static String jar(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        return source == null || source.getLocation() == null ? "?" : fileName(source.getLocation());
    }

    /** The jar or folder of a code source or service file: {@code jar:file:/plugins/a.jar!/META-INF/…} is in {@code a.jar}. */
    static String fileName(URL location) {
        String path = location.getPath().replaceFirst("!?/META-INF/.*", "").replaceFirst("/$", "");
        return URLDecoder.decode(path.substring(path.lastIndexOf('/') + 1).replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** As {@code com.example.Squeeze (squeeze-1.0.jar)}. */
    @Override
    public String toString() {
        return className + " (" + jar + ")";
    }
}
