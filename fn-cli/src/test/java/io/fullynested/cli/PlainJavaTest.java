package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.core.checkpoint.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs of one's own, started by {@code java} with nothing in the environment: they compute what {@code ./fn} does, or say why they do not. */
class PlainJavaTest {

    private static final List<String> NATIVE = List.of("ONEDNN_", "DNNL_", "MALLOC_", "LRU_CACHE_CAPACITY");

    private static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    private static final String SEPARATOR = System.getProperty("path.separator");

    @TempDir
    private static Path folder;
    private static TinyProject project;

    /** What a process did. */
    record Outcome(int code, String text) {
    }

    @BeforeAll
    static void make() throws IOException {
        project = TinyProject.in(folder);
        project.yaml("short.yaml", TinyProject.YAML.replace("epochs: 8", "epochs: 1"));
    }

    /** Runs the command line in a JVM of its own, after what a shell is to do before; it is longer than onnxruntime 1.29 bears. */
    private static Outcome java(String before, Stream<String> classPath, String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("bash", "-c", before + "exec \"$@\"", "bash", JAVA, "-Dlong=" + "x".repeat(10_000), "-cp",
                classPath.collect(Collectors.joining(SEPARATOR)), "io.fullynested.cli.Main"));
        Stream.of(words).map(word -> word.startsWith("@") ? project.path(word.substring(1)).toString() : word).forEach(command::add);
        ProcessBuilder process = new ProcessBuilder(command).redirectErrorStream(true);
        process.environment().keySet().removeIf(name -> NATIVE.stream().anyMatch(name::startsWith));
        Process started = process.start();
        String text = new String(started.getInputStream().readAllBytes());
        return new Outcome(started.waitFor(), text);
    }

    private static Stream<String> classPath() {
        return Stream.of(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")).split(SEPARATOR));
    }

    private static String trained(String name) throws IOException {
        return Checkpoint.read(project.path(name)).digest();
    }

    @Test
    void withNothingInTheEnvironmentTheFiguresAreThoseOfFn() throws Exception {
        String script = ". '" + Path.of("../native.sh").toAbsolutePath().normalize() + "'; ";
        assertThat(java(script, classPath(), "train", "@short.yaml", "--threads", "1", "--out", "@as-fn").code()).isZero();
        Outcome plain = java("", classPath(), "train", "@short.yaml", "--threads", "1", "--out", "@plain");
        if (plain.code() != 0) {
            assertThat(plain.text()).contains("wrongly on this processor", "ONEDNN_MAX_CPU_ISA=AVX2");
            return;
        }
        assertThat(plain.text()).doesNotContainIgnoringCase("warning", "NNPACK", "do not match");
        assertThat(trained("plain/checkpoint.safetensors")).isEqualTo(trained("as-fn/checkpoint.safetensors"));
    }

    @Test
    void withoutABinaryTheInterpreterComputesAndItIsSaidOnce() throws Exception {
        assertThat(project.fn("train", "@short.yaml", "--out", "@trained").code()).isZero();
        assertThat(project.fn("export", "@trained/checkpoint.safetensors", "--out", "@right.onnx").code()).isZero();
        Stream<String> without = classPath().filter(jar -> !jar.matches(".*pytorch-[0-9.-]+-[a-z]+-[a-z0-9_]+\\.jar"));
        Outcome export = java("", without, "export", "@trained/checkpoint.safetensors", "--threads", "2", "--out", "@interpreted.onnx");
        assertThat(export.code()).as(export.text()).isZero();
        assertThat(export.text()).containsOnlyOnce("note: computing with the reference interpreter").contains("LibTorch has no binary for");
        assertThat(project.path("interpreted.onnx")).exists();
    }

    @Test
    void withoutABinaryTrainingIsRefused() throws Exception {
        Stream<String> without = classPath().filter(jar -> !jar.matches(".*pytorch-[0-9.-]+-[a-z]+-[a-z0-9_]+\\.jar"));
        Outcome train = java("", without, "train", "@short.yaml", "--out", "@none");
        assertThat(train.code()).isEqualTo(1);
        assertThat(train.text()).contains("LibTorch has no binary for");
        assertThat(Files.exists(project.path("none/checkpoint.safetensors"))).isFalse();
    }
}
