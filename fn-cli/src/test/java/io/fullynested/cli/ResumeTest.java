package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A command that is killed or stopped goes on when it is given again, to the same bytes. */
@Timeout(300)
class ResumeTest {

    @TempDir
    private static Path folder;
    private static TinyProject project;

    @BeforeAll
    static void runWhole() throws IOException {
        project = TinyProject.in(folder);
        project.yaml("tuned.yaml", TinyProject.YAML + "export: {tune: {epochs: 2}}\n");
        assertThat(project.fn("run", "@tuned.yaml", "--out", "@whole").code()).isZero();
    }

    /** Starts a process that is killed, or told to end, once a file is there, or this many lines in it. */
    private static int stopOnce(String file, int lines, boolean kill, String... words) throws IOException, InterruptedException {
        Process process = project.process(words);
        Path awaited = project.path(file);
        while (process.isAlive() && !(Files.exists(awaited) && (lines == 0 || Files.readString(awaited).lines().count() >= lines))) {
            Thread.sleep(5);
        }
        if (kill) {
            process.destroyForcibly();
        } else {
            process.destroy();
        }
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        return process.exitValue();
    }

    private static void sameAsWhole(String name) throws IOException {
        assertThat(project.content(name)).isEqualTo(project.content("whole"));
        for (String file : project.content("whole")) {
            if (file.equals("summary.json")) {
                JsonNode some = json(name + "/" + file);
                assertThat(some.path("budgets")).isEqualTo(json("whole/" + file).path("budgets"));
                assertThat(some.path("supernet")).isEqualTo(json("whole/" + file).path("supernet"));
            } else if (!List.of("log.txt", "run.json", "report.html").contains(file)) {
                assertThat(project.path(name + "/" + file)).as(file).hasSameBinaryContentAs(project.path("whole/" + file));
            }
        }
    }

    private static JsonNode json(String file) throws IOException {
        return new ObjectMapper().readTree(project.path(file).toFile());
    }

    @ParameterizedTest
    @CsvSource({"training, training.unfinished, 0", "search, evaluations.csv, 20", "tuning, run.unfinished, 3", "export, models/small.onnx, 0"})
    void aRunThatIsKilledInAnyPhaseGoesOnToTheSameBytes(String phase, String file, int lines) throws Exception {
        String out = "killed-in-" + phase;
        String[] words = {"run", "@tuned.yaml", "--out", "@" + out, "--threads", "1", "--keep-every", "3steps"};
        stopOnce(out + "/" + file, lines, true, words);
        TinyProject.Outcome rest = project.fn(words);
        assertThat(rest.err()).isEmpty();
        assertThat(rest.code()).isZero();
        assertThat(rest.out()).contains(phase.equals("training") ? "Going on with a training" : "Trained before: ");
        sameAsWhole(out);
        assertThat(json(out + "/run.json").path("goesOn").asBoolean()).isTrue();
    }

    @Test
    void aSearchThatIsKilledGoesOn() throws Exception {
        String[] words = {"search", "@whole/checkpoint.safetensors", "--out", "@searched", "--threads", "1"};
        stopOnce("searched/evaluations.csv", 15, true, words);
        assertThat(project.path("searched/run.unfinished")).exists();
        TinyProject.Outcome rest = project.fn(words);
        assertThat(rest.err()).isEmpty();
        assertThat(project.path("searched/front.csv")).hasSameBinaryContentAs(project.path("whole/front.csv"));
        assertThat(project.path("searched/evaluations.csv")).hasSameBinaryContentAs(project.path("whole/evaluations.csv"));
    }

    @Test
    void aMeasurementThatIsKilledGoesOn() throws Exception {
        String[] words = {"measure", "@tiny.yaml", "--submodels", "12", "--check", "4", "--out", "@here.yaml", "--threads", "1"};
        stopOnce("here.yaml.unfinished", 8, true, words);
        List<String> before = Files.readAllLines(project.path("here.yaml.unfinished"));
        assertThat(before).hasSizeGreaterThan(7);
        assertThat(project.path("here.yaml")).doesNotExist();
        assertThat(project.fn(words).code()).isZero();
        assertThat(project.path("here.yaml")).exists();
        assertThat(project.path("here.yaml.unfinished")).doesNotExist();
    }

    @Test
    void aBundleThatIsKilledGoesOnToTheSameBytes() throws Exception {
        String[] words = {"bundle", "@whole/checkpoint.safetensors", "--front", "@whole/front.csv", "--tune", "1", "--out", "@family.fnb", "--threads", "1"};
        assertThat(project.fn(words).code()).isZero();
        byte[] whole = Files.readAllBytes(project.path("family.fnb"));
        Files.delete(project.path("family.fnb"));
        stopOnce("family.fnb.unfinished", 0, true, words);
        assertThat(project.fn(words).code()).isZero();
        assertThat(project.path("family.fnb")).hasBinaryContent(whole);
        assertThat(project.path("family.fnb.unfinished")).doesNotExist();
    }

    @Test
    void whatWasTrainedIsNotTrainedAgain() throws Exception {
        assertThat(project.fn("train", "@tuned.yaml", "--out", "@trained").code()).isZero();
        TinyProject.Outcome run = project.fn("run", "@tuned.yaml", "--out", "@trained");
        assertThat(run.out()).contains("Trained before: ");
        sameAsWhole("trained");
        project.yaml("other.yaml", TinyProject.YAML.replace("epochs: 8", "epochs: 1"));
        assertThat(project.fn("train", "@other.yaml", "--out", "@other").code()).isZero();
        TinyProject.Outcome refused = project.fn("run", "@tuned.yaml", "--out", "@other");
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("other is there already, with what another description, seed, images or version of this program led to");
        assertThat(project.content("other")).contains("checkpoint.safetensors");
    }

    @Test
    void whatAnotherCommandLeftUnfinishedIsNotLostWithoutAWord() throws Exception {
        String[] words = {"run", "@tuned.yaml", "--out", "@half", "--threads", "1"};
        stopOnce("half/evaluations.csv", 5, true, words);
        TinyProject.Outcome refused = project.fn("run", "@tiny.yaml", "--out", "@half");
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("half holds what was stopped, with another command, description, seed, images or version");
        assertThat(project.fn("run", "@tiny.yaml", "--out", "@half", "--overwrite").code()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void aSignalFinishesTheStepKeepsTheStateAndSaysHowToGoOn(String signal) throws Exception {
        project.yaml("long.yaml", TinyProject.YAML.replace("epochs: 8", "epochs: 100000"));
        String out = "stopped-by-" + signal;
        Process process = project.process("train", "@long.yaml", "--out", "@" + out, "--threads", "1", "--keep-every", "1steps");
        while (process.isAlive() && !Files.exists(project.path(out + "/training.unfinished"))) {
            Thread.sleep(5);
        }
        new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid())).start().waitFor();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).isEqualTo(signal.equals("TERM") ? 143 : 130);
        assertThat(new String(process.getErrorStream().readAllBytes()).lines()).containsExactly("Stopping after this step. Once more, and it stops at once",
                "Stopped. The same command goes on from here: ./fn train " + project.path("long.yaml") + " --out " + project.path(out)
                        + " --threads 1 --keep-every 1steps");
        assertThat(project.content(out)).contains("training.unfinished", "run.unfinished");
        assertThat(project.path(out + "/.lock")).doesNotExist();
    }

    @Test
    void oneAtATimeWritesToAFolder() throws Exception {
        project.yaml("long.yaml", TinyProject.YAML.replace("epochs: 8", "epochs: 100000"));
        Process first = project.process("train", "@long.yaml", "--out", "@shared", "--threads", "1");
        while (first.isAlive() && !Files.exists(project.path("shared/run.unfinished"))) {
            Thread.sleep(5);
        }
        TinyProject.Outcome second = project.fn("train", "@long.yaml", "--out", "@shared");
        assertThat(second.code()).isEqualTo(2);
        assertThat(second.err().strip()).isEqualTo(project.path("shared") + " is being written by process " + first.pid()
                + ". Maybe wait for it, or another --out?");
        // a lock of a dead process is nobody's
        first.destroyForcibly().waitFor();
        assertThat(project.path("shared/.lock")).exists();
        project.yaml("long.yaml", TinyProject.YAML.replace("epochs: 8", "epochs: 1"));
        assertThat(project.fn("train", "@long.yaml", "--out", "@shared", "--overwrite").code()).isZero();
        assertThat(project.path("shared/.lock")).doesNotExist();
    }
}
