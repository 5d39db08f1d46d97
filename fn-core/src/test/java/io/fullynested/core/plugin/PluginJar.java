package io.fullynested.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.plugin.FullyNestedPlugin;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** Compiles and packs a third party's plugin, as its own build would. */
final class PluginJar {

    private final Map<String, String> sources = new LinkedHashMap<>();
    private final List<String> services = new ArrayList<>();
    private final Manifest manifest = new Manifest();
    private String serviceFile = FullyNestedPlugin.class.getName();
    private int classFileVersion;

    PluginJar() {
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    }

    PluginJar version(String version) {
        manifest.getMainAttributes().put(Attributes.Name.IMPLEMENTATION_VERSION, version);
        return this;
    }

    /** A plugin class in package {@code com.example}; {@code members} is its body besides {@code name()}. */
    PluginJar plugin(String name, String members) {
        source(name, """
                package com.example;
                import io.fullynested.api.block.*;
                import io.fullynested.api.cost.*;
                import io.fullynested.api.graph.*;
                import io.fullynested.api.plugin.*;
                import java.util.*;
                public final class %s implements FullyNestedPlugin {
                    @Override public String name() { return "the %s"; }
                    %s
                }
                """.formatted(name, name, members));
        return service("com.example." + name);
    }

    PluginJar source(String name, String source) {
        sources.put(name, source);
        return this;
    }

    PluginJar service(String line) {
        services.add(line);
        return this;
    }

    /** The service file under another name. */
    PluginJar serviceFile(String name) {
        serviceFile = name;
        return this;
    }

    /** The classes as if they were compiled for another Java. */
    PluginJar classFileVersion(int major) {
        classFileVersion = major;
        return this;
    }

    Path write(Path folder, String jarName) throws IOException {
        Path work = Files.createTempDirectory(folder.getParent(), "compile");
        List<String> arguments = new ArrayList<>(List.of("-proc:none", "-d", work.toString(), "-cp", System.getProperty("java.class.path")));
        for (Map.Entry<String, String> source : sources.entrySet()) {
            arguments.add(Files.writeString(work.resolve(source.getKey() + ".java"), source.getValue()).toString());
        }
        if (!sources.isEmpty()) {
            assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new))).isZero();
        }
        Path jar = Files.createDirectories(folder).resolve(jarName);
        try (OutputStream out = Files.newOutputStream(jar); JarOutputStream packed = new JarOutputStream(out, manifest);
             Stream<Path> files = Files.walk(work)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".class")).toList()) {
                packed.putNextEntry(new JarEntry(work.relativize(file).toString().replace('\\', '/')));
                byte[] content = Files.readAllBytes(file);
                content[7] = classFileVersion == 0 ? content[7] : (byte) classFileVersion;
                packed.write(content);
            }
            packed.putNextEntry(new JarEntry("META-INF/services/" + serviceFile));
            packed.write(String.join("\n", services).getBytes(StandardCharsets.UTF_8));
        }
        return jar;
    }
}
