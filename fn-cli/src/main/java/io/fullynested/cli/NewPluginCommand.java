package io.fullynested.cli;

import io.fullynested.core.io.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.SourceVersion;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes a project for a plugin: the one in examples/third-party, which this jar carries along, with other names. */
@Command(name = "new-plugin", mixinStandardHelpOptions = true, sortOptions = false,
        description = {"Write a Maven project for a plugin of your own: a block, a cost model, their tests, and a YAML file that uses them.",
                "It needs fn-api and fn-testkit in the local Maven repository; the command tells how."})
final class NewPluginCommand implements Callable<Integer> {

    /** What the project in examples/third-party consists of. */
    static final List<String> FILES = List.of("pom.xml", "acme.yaml",
            "src/main/java/com/example/acme/AcmeConv.java", "src/main/java/com/example/acme/AcmeLatency.java",
            "src/main/java/com/example/acme/AcmePlugin.java",
            "src/main/resources/META-INF/services/io.fullynested.api.plugin.FullyNestedPlugin",
            "src/test/java/com/example/acme/AcmeConvTest.java", "src/test/java/com/example/acme/AcmeLatencyTest.java",
            "src/test/java/com/example/acme/AcmePluginTest.java");

    /** All that is called after the sample in its files and their names. */
    private static final Pattern SAMPLE = Pattern.compile("com\\.example\\.acme|com/example/acme|Acme|acme");
    private static final Pattern KEBAB = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");

    @Parameters(paramLabel = "NAME", description = "name of the plugin in lower case, with hyphens: squeeze-excite; its kinds start with it")
    private String name;

    @Option(names = "--dir", paramLabel = "DIR", description = "folder to make (default: NAME)")
    private Path dir;

    @Option(names = "--package", paramLabel = "PACKAGE", description = "package of its classes (default: com.example. and the name)")
    private String pack;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws IOException {
        if (!KEBAB.matcher(name).matches()) {
            throw new BadInputException("'" + name + "' is no name for a plugin; it takes lower case letters, digits and hyphens. Maybe 'squeeze-excite'?");
        }
        String home = pack == null ? "com.example." + name.replace("-", "") : pack;
        if (!SourceVersion.isName(home, SourceVersion.RELEASE_17) || Stream.of("java.", "io.fullynested.").anyMatch((home + ".")::startsWith)) {
            throw new BadInputException("--package " + home + ": it cannot be the package of a plugin. Maybe --package org.example.plugins?");
        }
        Path folder = dir == null ? Path.of(name) : dir;
        write(folder, home);
        PrintWriter out = command.commandLine().getOut();
        out.println(Console.text("%s: a plugin with the block %s-conv and the cost model %s-latency. Next:", folder, name, name));
        out.println("    mvn -q -Dmaven.test.skip -pl fn-testkit -am install      once, where Fully Nested is checked out");
        out.println(Console.text("    mvn -f %s package", folder.resolve("pom.xml")));
        out.println(Console.text("    ./fn run %s --base examples --plugin-path %s", folder.resolve(name + ".yaml"), folder.resolve("target")));
        return 0;
    }

    /** Writes beside and renames, so that there is a whole project or none. */
    private void write(Path target, String home) throws IOException {
        if (Files.exists(target)) {
            throw new BadInputException(target + " is there already. Maybe another --dir?");
        }
        Path parent = target.toAbsolutePath().normalize().getParent();
        Path beside;
        try {
            Files.createDirectories(parent);
            beside = Files.createTempDirectory(parent, ".fn");
        } catch (IOException e) {
            throw new BadInputException(target + " cannot be written: " + parent + " does not let files be made, or is no folder. Maybe another --dir?");
        }
        try {
            Path project = Files.createDirectory(beside.resolve("project"));
            for (String file : FILES) {
                Path written = project.resolve(renamed(file, home));
                Files.createDirectories(written.getParent());
                String text = renamed(template(file), home);
                AtomicFile.writeText(written, text);
            }
            Files.move(project, target);
        } catch (IOException e) {
            throw new IOException(target + " cannot be written: " + Failure.reason(e), e);
        } finally {
            try (Stream<Path> left = Files.walk(beside)) {
                for (Path path : left.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    private String renamed(String text, String home) {
        String type = Stream.of(name.split("-")).map(word -> Character.toUpperCase(word.charAt(0)) + word.substring(1)).collect(Collectors.joining());
        return SAMPLE.matcher(text).replaceAll(found -> switch (found.group()) {
            case "com.example.acme" -> home;
            case "com/example/acme" -> home.replace('.', '/');
            case "Acme" -> type;
            default -> name;
        });
    }

    private static String template(String file) throws IOException {
        try (InputStream in = NewPluginCommand.class.getResourceAsStream("/new-plugin/" + file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
