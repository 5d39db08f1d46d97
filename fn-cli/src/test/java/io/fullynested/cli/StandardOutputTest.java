package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a command tells goes to a full disk, or to somebody who does not listen any more. */
class StandardOutputTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"No space left on device, 0, 1", "Input/output error, 0, 1", "No space left on device, 2, 2", "Broken pipe, 0, 0", "Broken pipe, 1, 1",
        "Bad file descriptor, 0, 0", "The pipe is being closed, 0, 0"})
    void onlyWhatIsLostAgainstOnesWillIsAFailure(String why, int code, int ends) {
        StringWriter err = new StringWriter();
        int found = StandardOutput.lost(code, new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                throw new IOException(why);
            }
        }, new PrintWriter(err, true));
        assertThat(found).isEqualTo(ends);
        boolean told = why.contains("pipe") || why.startsWith("Bad");
        assertThat(err.toString()).isEqualTo(told ? "" : "What the command tells could not be written: " + why + ". Its files are whole" + System.lineSeparator());
    }

    /** All at once, as each takes the time of a JVM. */
    @Test
    void resultsAreWholeWhereverTheProgressGoes() throws Exception {
        assumeTrue(Files.exists(Path.of("/dev/full")), "there is no /dev/full");
        TinyProject project = TinyProject.in(folder);
        project.yaml("short.yaml", TinyProject.YAML.replace("epochs: 8", "epochs: 1"));
        Map<String, String> ends = new LinkedHashMap<>(Map.of("full", "\"$@\" >/dev/full",
                "head", "{ \"$@\" ; echo $? >\"$0/code\" ; } | head -n 1 >/dev/null ; exit $(cat \"$0/code\")"));
        Map<String, Process> processes = new LinkedHashMap<>();
        for (Map.Entry<String, String> end : ends.entrySet()) {
            processes.put(end.getKey(), project.shell(end.getValue(), "train", "@short.yaml", "--json-progress", "--threads", "1", "--out", "@" + end.getKey()));
        }
        Process told = project.shell("\"$@\" >/dev/full", "inspect", "@short.yaml");
        assertThat(project.fn("train", "@short.yaml", "--out", "@whole").code()).isZero();
        for (Map.Entry<String, Process> one : processes.entrySet()) {
            String err = new String(one.getValue().getErrorStream().readAllBytes());
            boolean full = one.getKey().equals("full");
            assertThat(one.getValue().waitFor()).as(err).isEqualTo(full ? 1 : 0);
            assertThat(err).isEqualTo(full ? "What the command tells could not be written: No space left on device. Its files are whole\n" : "");
            assertThat(project.path(one.getKey() + "/checkpoint.safetensors")).hasSameBinaryContentAs(project.path("whole/checkpoint.safetensors"));
            assertThat(project.content(one.getKey())).isEqualTo(project.content("whole"));
        }
        assertThat(told.waitFor()).isEqualTo(1);
    }

    /** What is in the place of its files and cannot be taken away is found before anything is trained. */
    @ParameterizedTest
    @CsvSource({"run.json", "log.txt", "training.csv", "checkpoint.safetensors", "run.unfinished", ".lock", "evaluations.csv"})
    void aFolderInThePlaceOfAFileIsToldOf(String file) throws IOException {
        TinyProject project = TinyProject.in(folder);
        project.yaml("short.yaml", TinyProject.YAML.replace("epochs: 8", "epochs: 1"));
        Files.createDirectories(project.path("out/" + file + "/mine"));
        TinyProject.Outcome refused = project.fn("train", "@short.yaml", "--out", "@out", "--overwrite", "--json-progress");
        assertThat(refused.code()).as(refused.err()).isEqualTo(2);
        assertThat(refused.err()).contains(project.path("out/" + file).toString()).doesNotContain("went wrong", "Exception", "\tat ").hasLineCount(1);
        assertThat(project.path("out/" + file + "/mine")).isDirectory();
        assertThat(project.content("out")).isEmpty();
    }
}
