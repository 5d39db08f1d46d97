package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.core.io.FailingDisk;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/** A folder with 10×10 images of three classes that are easily told apart, and the description of a network nested at all five levels. */
final class TinyProject {

    static final String YAML = """
            data: {kind: idx, path: data}
            network:
              input: {channels: 1, height: 10, width: 10}
              blocks:
                - {kind: conv, channels: 8, kernel: 3, stride: 2}
                - {kind: residual-stage, channels: 8, layers: 2, paths: 2, width: 4}
                - {kind: global-average-pool}
                - {kind: dense, neurons: 8}
                - {kind: classifier, classes: 3}
              quantization:
                weights: {bits: 8, min: 3}
                activations: {bits: 8, min: 4}
            training: {epochs: 8, batch-size: 30}
            search:
              budgets:
                - {name: small, macs: 12k}
                - {name: tiny, macs: 5k, size: 4k}
            """;

    /** The selection that keeps the least. */
    static final String SMALLEST = "activations.bits=4,conv1.channels=2,dense1.neurons=2,stage1.layers=1,stage1.unit1.paths=1,"
            + "stage1.unit1.width=1,stage1.unit2.paths=2,stage1.unit2.width=4,weights.bits=3";

    private final Path folder;

    /** What a command line did. */
    record Outcome(int code, String out, String err) {
    }

    private TinyProject(Path folder) {
        this.folder = folder;
    }

    static TinyProject in(Path folder) throws IOException {
        TinyProject project = new TinyProject(folder);
        Random random = new Random(3);
        project.images("data/train", 300, 10, 3, random);
        project.images("data/validation", 60, 10, 3, random);
        project.images("data/t10k", 90, 10, 3, random);
        project.yaml("tiny.yaml", YAML);
        return project;
    }

    /** One that was trained for some epochs by {@code short.yaml}, into {@code trained}. */
    static TinyProject trained(Path folder, int epochs) throws IOException {
        TinyProject project = in(folder);
        project.yaml("short.yaml", YAML.replace("epochs: 8", "epochs: " + epochs));
        assertThat(project.fn("train", "@short.yaml", "--out", "@trained").code()).isZero();
        return project;
    }

    /** One with as few images as can be learnt from, in {@code long.yaml}; {@code short.yaml} is one epoch of it. Each has one budget, small. */
    static TinyProject tinier(Path folder) throws IOException {
        TinyProject project = in(folder);
        Random random = new Random(3);
        project.images("data/train", 60, 10, 3, random);
        project.images("data/validation", 15, 10, 3, random);
        project.images("data/t10k", 15, 10, 3, random);
        String yaml = YAML.replace("batch-size: 30", "batch-size: 6").replaceFirst(" +- \\{name: tiny.*\n", "");
        project.yaml("short.yaml", yaml.replace("epochs: 8", "epochs: 1"));
        project.yaml("long.yaml", yaml);
        return project;
    }

    /** Writes a set of images: a bright upper half, left half or disc, by class. */
    void images(String name, int count, int side, int classes, Random random) throws IOException {
        ByteBuffer pixels = ByteBuffer.allocate(16 + count * side * side).putInt(0x803).putInt(count).putInt(side).putInt(side);
        ByteBuffer labels = ByteBuffer.allocate(8 + count).putInt(0x801).putInt(count);
        for (int i = 0; i < count; i++) {
            int label = i % classes;
            labels.put((byte) label);
            for (int y = 0; y < side; y++) {
                for (int x = 0; x < side; x++) {
                    double radius = Math.hypot(2.0 * y / side - 0.9, 2.0 * x / side - 0.9);
                    boolean bright = label == 0 ? 2 * y < side : label == 1 ? 2 * x < side : radius < 0.6;
                    pixels.put((byte) Math.max(0, Math.min(255, (bright ? 170 : 60) + 40 * random.nextGaussian())));
                }
            }
        }
        Files.createDirectories(path(name).getParent());
        Files.write(path(name + "-images-idx3-ubyte"), pixels.array());
        Files.write(path(name + "-labels-idx1-ubyte"), labels.array());
    }

    Path yaml(String name, String text) throws IOException {
        return Files.writeString(path(name), text);
    }

    Path path(String name) {
        return folder.resolve(name);
    }

    /** Runs a command line with one thread, unless it says how many; words that start with {@code @} are paths in the folder. */
    Outcome fn(String... words) {
        List<String> given = new ArrayList<>(List.of(words));
        if (words.length > 1 && !given.contains("--threads")) {
            given.addAll(List.of("--threads", "1"));
        }
        return run(given.toArray(String[]::new));
    }

    /** Runs a command line as it is, but for the paths. */
    Outcome run(String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] args = Stream.of(words).map(word -> word.startsWith("@") ? path(word.substring(1)).toString() : word).toArray(String[]::new);
        int code = FailingDisk.on(() -> Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args));
        return new Outcome(code, out.toString(), err.toString());
    }

    /** Starts a process of a command line; words that start with {@code @} are paths in the folder. */
    Process process(String... words) throws IOException {
        return new ProcessBuilder(command(words)).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    }

    /** Starts one that writes all it tells to a file, with some variables in its environment. */
    Process process(Map<String, String> environment, String told, String... words) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command(words)).redirectErrorStream(true).redirectOutput(path(told).toFile());
        builder.environment().putAll(environment);
        return builder.start();
    }

    /**
     * Starts it in a shell.
     *
     * @param script what the shell does, of which {@code "$@"} is the command line; the folder is {@code $0}
     */
    Process shell(String script, String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", script, folder.toString()));
        command.addAll(command(words));
        return new ProcessBuilder(command).start();
    }

    /** The same with a jar before all others on its class path. */
    Process process(Path jar, Map<String, String> environment, String told, String... words) throws IOException {
        List<String> command = command(words);
        int classPath = command.indexOf("-cp") + 1;
        command.set(classPath, jar + File.pathSeparator + command.get(classPath));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(path(told).toFile());
        builder.environment().putAll(environment);
        return builder.start();
    }

    private List<String> command(String... words) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx1g",
                // ends before compiling well pays
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp",
                System.getProperty("java.class.path"), "io.fullynested.cli.Main"));
        Stream.of(words).map(word -> word.startsWith("@") ? path(word.substring(1)).toString() : word).forEach(command::add);
        return command;
    }

    /** All files below a folder, relative to it, sorted. */
    List<String> content(String name) {
        try (Stream<Path> files = Files.walk(path(name))) {
            return files.filter(Files::isRegularFile).map(file -> path(name).relativize(file).toString().replace('\\', '/')).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
