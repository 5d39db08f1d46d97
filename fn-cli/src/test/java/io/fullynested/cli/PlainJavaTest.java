package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.core.checkpoint.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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
    private static CompletableFuture<Outcome> asFn;
    private static CompletableFuture<Outcome> plain;
    private static CompletableFuture<Outcome> refused;

    /** What a process did. */
    record Outcome(int code, String text) {
    }

    @BeforeAll
    static void make() throws IOException {
        project = TinyProject.in(folder);
        project.yaml("short.yaml", TinyProject.YAML.replace("epochs: 8", "epochs: 1"));
        // at once, as each is slow to start
        asFn = java(". '" + Path.of("../native.sh").toAbsolutePath().normalize() + "'; ", classPath(), "train", "@short.yaml", "--threads", "1", "--out", "@as-fn");
        plain = java("", classPath(), "train", "@short.yaml", "--threads", "1", "--out", "@plain");
        refused = java("", withoutBinary(), "train", "@short.yaml", "--out", "@none");
    }

    /** Runs the command line in a JVM of its own, after what a shell is to do before; it is longer than onnxruntime 1.29 bears. */
    private static CompletableFuture<Outcome> java(String before, Stream<String> classPath, String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of("bash", "-c", before + "exec \"$@\"", "bash", JAVA, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
                "-Dlong=" + "x".repeat(10_000), "-cp",
                classPath.collect(Collectors.joining(SEPARATOR)), "io.fullynested.cli.Main"));
        Stream.of(words).map(word -> word.startsWith("@") ? project.path(word.substring(1)).toString() : word).forEach(command::add);
        ProcessBuilder process = new ProcessBuilder(command).redirectErrorStream(true);
        process.environment().keySet().removeIf(name -> NATIVE.stream().anyMatch(name::startsWith));
        Process started = process.start();
        return CompletableFuture.supplyAsync(() -> {
            try {
                String text = new String(started.getInputStream().readAllBytes());
                return new Outcome(started.waitFor(), text);
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }, task -> new Thread(task).start());
    }

    private static Stream<String> classPath() {
        return Stream.of(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")).split(SEPARATOR));
    }

    private static Stream<String> withoutBinary() {
        return classPath().filter(jar -> !jar.matches(".*pytorch-[0-9.-]+-[a-z]+-[a-z0-9_]+\\.jar"));
    }

    private static String trained(String name) throws IOException {
        return Checkpoint.read(project.path(name)).digest();
    }

    @Test
    void withNothingInTheEnvironmentTheFiguresAreThoseOfFn() throws Exception {
        assertThat(asFn.get().code()).isZero();
        Outcome own = plain.get();
        if (own.code() != 0) {
            assertThat(own.text()).contains("wrongly on this processor", "ONEDNN_MAX_CPU_ISA=AVX2");
            return;
        }
        assertThat(own.text()).doesNotContainIgnoringCase("warning", "NNPACK", "do not match");
        assertThat(trained("plain/checkpoint.safetensors")).isEqualTo(trained("as-fn/checkpoint.safetensors"));
    }

    @Test
    void withoutABinaryTheInterpreterComputesAndItIsSaidOnce() throws Exception {
        assertThat(project.fn("train", "@short.yaml", "--out", "@trained").code()).isZero();
        Outcome export = java("", withoutBinary(), "export", "@trained/checkpoint.safetensors", "--threads", "2", "--out", "@interpreted.onnx").get();
        assertThat(export.code()).as(export.text()).isZero();
        assertThat(export.text()).containsOnlyOnce("note: computing with the reference interpreter").contains("LibTorch has no binary for");
        assertThat(project.path("interpreted.onnx")).exists();
    }

    @Test
    void withoutABinaryTrainingIsRefused() throws Exception {
        Outcome train = refused.get();
        assertThat(train.code()).isEqualTo(1);
        assertThat(train.text()).contains("LibTorch has no binary for");
        assertThat(Files.exists(project.path("none/checkpoint.safetensors"))).isFalse();
    }
}
