package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.plugin.FullyNestedPlugin;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/** What {@code ./fn new-plugin acme} writes, changed, compiled against the API alone, and packed into {@code acme/target}. */
final class PluginProject {

    private static final Path API_SOURCES = DocumentsTest.ROOT.resolve("fn-api/src/main/java");

    private final Path folder;
    private final List<String> classPath = new ArrayList<>();
    /** Sources that were not compiled yet. */
    private final Set<Path> sources = new TreeSet<>();

    private PluginProject(Path folder) throws URISyntaxException {
        this.folder = folder;
        classPath.add(Path.of(FullyNestedPlugin.class.getProtectionDomain().getCodeSource().getLocation().toURI()).toString());
    }

    static PluginProject in(TinyProject project) throws IOException, URISyntaxException {
        assertThat(project.run("new-plugin", "acme", "--dir", "@acme").code()).isZero();
        PluginProject written = new PluginProject(project.path("acme"));
        try (Stream<Path> files = Files.walk(written.path("src/main/java"))) {
            files.filter(file -> file.toString().endsWith(".java")).forEach(written.sources::add);
        }
        return written;
    }

    /** The same, with what is compiled, in another folder. */
    PluginProject copy(TinyProject project) throws IOException, URISyntaxException {
        PluginProject copy = new PluginProject(project.path("acme"));
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.folder.resolve(folder.relativize(file)));
            }
        }
        return copy;
    }

    Path path(String name) {
        return folder.resolve(name);
    }

    /** Writes something else into a file. */
    PluginProject change(String file, String right, String wrong) throws IOException {
        String text = Files.readString(path(file));
        assertThat(text).contains(right);
        Files.writeString(path(file), text.replace(right, wrong));
        if (file.endsWith(".java")) {
            sources.add(path(file));
        }
        return this;
    }

    /** Compiles against an API of which one interface has more to it. */
    PluginProject withNewerApi(String type, String right, String more) throws IOException {
        Path source = path("newer").resolve(type);
        Files.createDirectories(source.getParent());
        Files.writeString(source, Files.readString(API_SOURCES.resolve(type)).replace(right, right + more));
        run("javac", "-proc:none", "-d", path("newer-api").toString(), "-cp", classPath.get(0), source.toString());
        classPath.add(0, path("newer-api").toString());
        return this;
    }

    /** Builds {@code acme-1.0.jar}. */
    PluginProject build() throws IOException {
        String classes = path("target/classes").toString();
        classPath.add(classes);
        List<String> javac = new ArrayList<>(List.of("-proc:none", "-Xlint:all,-path", "-Werror", "--release", "17", "-d", classes,
                "-cp", String.join(File.pathSeparator, classPath)));
        sources.forEach(source -> javac.add(source.toString()));
        if (!sources.isEmpty()) {
            run("javac", javac.toArray(String[]::new));
        }
        return pack();
    }

    /** Packs what is compiled. */
    PluginProject pack() throws IOException {
        Path manifest = Files.writeString(path("target/manifest"), "Implementation-Version: 1.0\n");
        run("jar", "--create", "--file", path("target/acme-1.0.jar").toString(), "--manifest", manifest.toString(),
                "-C", path("target/classes").toString(), ".", "-C", path("src/main/resources").toString(), ".");
        return this;
    }

    private static void run(String tool, String... arguments) {
        assertThat(ToolProvider.findFirst(tool).orElseThrow().run(System.out, System.err, arguments)).as(tool).isZero();
    }
}
