package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is at the other end of {@code measure --remote}: a program of ours in a JVM of its own, or something else. */
class RemoteMeasureTest {

    @TempDir
    private static Path folder;
    private static TinyProject project;

    @BeforeAll
    static void make() throws IOException {
        project = TinyProject.in(folder);
    }

    private static TinyProject.Outcome measure(String remote, String... more) {
        String[] words = {"measure", "@tiny.yaml", "--submodels", "6", "--check", "2", "--out", "@there.yaml", "--name", "there", "--remote", remote};
        String[] all = Stream.of(words, more).flatMap(Stream::of).toArray(String[]::new);
        return project.fn(all);
    }

    @Test
    void anotherProcessTimesAndItsTableIsADevice() throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        TinyProject.Outcome outcome = measure("echo Welcome to the other machine; exec '" + java + "' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp '"
                + System.getProperty("java.class.path") + "' io.fullynested.cli.Main time");
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.code()).isZero();
        assertThat(outcome.out()).containsPattern("On onnxruntime 1\\.[0-9.]+, Linux.* " + Runtime.getRuntime().availableProcessors() + " of ");
        assertThat(Files.readString(project.path("there.yaml"))).contains("# On onnxruntime ", "name: there");
        TinyProject.Outcome inspected = project.fn("inspect", "@tiny.yaml", "--device", "@there.yaml");
        assertThat(inspected.code()).as(inspected.err()).isZero();
        assertThat(inspected.out()).contains("there.latency");
        Files.delete(project.path("there.yaml"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "echo no route to host >&2; exit 255 | ended with exit code 255 before it answered. It says: no route to host",
            "echo Welcome; exit 0 | ended with exit code 0 before it answered",
            "echo Welcome; exec sleep 60 | has not answered for 1 s",
            "yes | ' says other things than a stopwatch does. Maybe the command should end with 'fn-cli.jar time'?",
            "echo fullynested stopwatch 1 x; exec sleep 60 | has not answered for 1 s",
            "echo fullynested stopwatch 1 x; echo milliseconds NaN; echo kernel 1 a; echo done; exec cat >/dev/null | answers 'done', which is no time: a run of NaN ms: a number above 0 is needed",
            "echo fullynested stopwatch 1 x; echo milliseconds 1; echo done; exec cat >/dev/null | which is no time: no kernel was timed",
            "echo fullynested stopwatch 1 x; echo milliseconds 1; echo kernel -1 a; echo done; exec cat >/dev/null | kernel a takes -1.0 ms: a number of at least 0 is needed",
            "echo fullynested stopwatch 1 x; echo milliseconds; exec cat >/dev/null | answers 'milliseconds', which is no time",
            "echo fullynested stopwatch 1 x; echo failed no such operator; exec cat >/dev/null | could not time a network: no such operator",
            "echo fullynested stopwatch 1 x; exec head -c 10 >/dev/null | ended with exit code 0 before it answered"})
    void whatAnswersOtherwiseIsToldOfAndLeavesNoTable(String remote, String message) {
        TinyProject.Outcome outcome = measure(remote, "--remote-patience", "1");
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.err()).startsWith("'" + remote + "' ").contains(message).hasLineCount(1);
        assertThat(project.path("there.yaml")).doesNotExist();
    }

    @Test
    void whoGivesTheTimeUnaskedIsTold() throws Exception {
        Process process = project.process("time");
        process.getOutputStream().write("hello\n".getBytes());
        process.getOutputStream().close();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
        assertThat(new String(process.getErrorStream().readAllBytes()).strip())
                .isEqualTo("'hello' is no question. This command is for another machine's ./fn measure --remote");
    }
}
