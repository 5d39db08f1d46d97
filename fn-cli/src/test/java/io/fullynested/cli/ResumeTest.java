package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fullynested.core.io.FailingDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
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
        Moment.copied(project, "whole", Map.of("training", new Moment("training.unfinished", 0), "search", new Moment("evaluations.csv", 7),
                "half", new Moment("evaluations.csv", 4), "tuning", new Moment("run.unfinished", 3), "export", new Moment("models/small.onnx", 0),
                "report", new Moment("summary.json", 0)), "run", "@tuned.yaml", "--out", "@whole", "--keep-every", "3steps");
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
    @ValueSource(strings = {"training", "search", "tuning", "export", "report"})
    void aRunThatIsKilledInAnyPhaseGoesOnToTheSameBytes(String phase) throws IOException {
        goesOn(phase, "run", "@tuned.yaml", "--out", "@" + phase, "--keep-every", "3steps");
    }

    private static void goesOn(String out, String... words) throws IOException {
        TinyProject.Outcome rest = project.fn(words);
        assertThat(rest.err()).isEmpty();
        assertThat(rest.code()).isZero();
        assertThat(rest.out()).contains(out.startsWith("training") ? "Going on with a training" : "Trained before: ");
        sameAsWhole(out);
        assertThat(json(out + "/run.json").path("goesOn").asBoolean()).isTrue();
    }

    /** The process waits where it is found, so that it cannot end before. */
    @Test
    void oneAtATimeWritesToAFolderAndOneThatIsKilledHoldsNothing() throws Exception {
        String[] words = {"run", "@tuned.yaml", "--out", "@training-killed", "--threads", "1", "--keep-every", "3steps"};
        Process first = project.process(words);
        await(first, "training-killed", new Moment("training.unfinished", 0));
        assertThat(new ProcessBuilder("kill", "-STOP", String.valueOf(first.pid())).start().waitFor()).isZero();
        TinyProject.Outcome second = project.fn(words);
        assertThat(second.code()).isEqualTo(2);
        assertThat(second.err().strip()).isEqualTo(project.path("training-killed") + " is being written by process " + first.pid()
                + ". Maybe wait for it, or another --out?");
        first.destroyForcibly().waitFor();
        assertThat(project.path("training-killed/.lock")).exists();
        goesOn("training-killed", words);
        assertThat(project.path("training-killed/.lock")).doesNotExist();
    }

    private static void await(Process process, String out, Moment moment) throws IOException, InterruptedException {
        while (process.isAlive() && !moment.isIn(project.path(out))) {
            Thread.sleep(5);
        }
    }

    @Test
    void aSearchThatIsKilledGoesOn() throws IOException {
        Moment.copied(project, "searched", Map.of("searched-half", new Moment("evaluations.csv", 6)), "search", "@whole/checkpoint.safetensors", "--out", "@searched");
        assertThat(project.path("searched-half/run.unfinished")).exists();
        assertThat(project.path("searched-half/front.csv")).doesNotExist();
        assertThat(project.fn("search", "@whole/checkpoint.safetensors", "--out", "@searched-half").err()).isEmpty();
        for (String file : new String[] {"front.csv", "evaluations.csv"}) {
            assertThat(project.path("searched-half/" + file)).hasSameBinaryContentAs(project.path("searched/" + file))
                    .hasSameBinaryContentAs(project.path("whole/" + file));
        }
    }

    @Test
    void aSweepThatIsKilledGoesOnToTheSameBytesAndRunsNothingTwice() throws IOException {
        project.yaml("some.yaml", TinyProject.YAML.replace("epochs: 8", "epochs: 4").replaceFirst(" +- \\{name: tiny.*\n", ""));
        String[] words = {"sweep", "@some.yaml", "--set", "seed=1..2", "--keep-every", "15steps", "--out", "@swept"};
        Moment.copied(project, "swept", Map.of("swept-1", new Moment("seed=1/report.html", 0),
                "swept-2", new Moment("seed=2/training.unfinished", 0), "swept-3", new Moment("sweep.csv", 0)), words);
        for (String half : List.of("swept-1", "swept-2", "swept-3")) {
            Path first = project.path(half + "/seed=1/run.json");
            List<String> ran = Files.exists(first) ? Files.readAllLines(first) : List.of();
            words[words.length - 1] = "@" + half;
            TinyProject.Outcome rest = project.fn(words);
            assertThat(rest.code()).as(rest.err()).isZero();
            assertThat(rest.out()).contains(half.equals("swept-2") ? "Going on with a training that was stopped" : half.equals("swept-3") ? "All in" : "Trained before");
            assertThat(ran.isEmpty() ? ran : Files.readAllLines(first)).as("what had ended").isEqualTo(ran);
            assertThat(project.content(half)).isEqualTo(project.content("swept"));
            for (String file : project.content("swept")) {
                if (!file.matches("(.*/)?(log.txt|run.json|summary.json|report.html)")) {
                    assertThat(project.path(half + "/" + file)).as(file).hasSameBinaryContentAs(project.path("swept/" + file));
                }
            }
        }
    }

    /** With --overwrite, the folder holds runs of another description, which had ended. */
    @Test
    void aSweepOverAnotherKeepsNoneOfItsRuns() throws IOException {
        String[] words = {"sweep", "@over.yaml", "--set", "seed=1..2", "--out", "@over", "--overwrite"};
        project.yaml("over.yaml", TinyProject.YAML.replace("epochs: 8", "epochs: 3"));
        assertThat(project.fn(words).code()).isZero();
        project.yaml("over.yaml", TinyProject.YAML.replace("epochs: 8", "epochs: 4"));
        try (FailingDisk disk = new FailingDisk(operation -> isOf("over/seed=1/summary.json", 4))) {
            assertThat(project.fn(words).code()).isEqualTo(1);
            assertThat(disk.operations()).isPositive();
        }
        assertThat(project.fn(words).code()).isZero();
        assertThat(isOf("over/seed=1/summary.json", 4)).isTrue();
        assertThat(isOf("over/seed=2/summary.json", 4)).isTrue();
    }

    private static boolean isOf(String summary, int epochs) {
        try {
            return json(summary).path("values").path("training.epochs").asInt() == epochs;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aMeasurementThatIsKilledGoesOn() {
        String[] words = {"measure", "@tiny.yaml", "--submodels", "8", "--check", "3", "--out", "@measured/here.yaml"};
        Moment.copied(project, "measured", Map.of("measured-half", new Moment("here.yaml.unfinished", 8)), words);
        words[words.length - 1] = "@measured-half/here.yaml";
        assertThat(project.content("measured-half")).containsExactly(".here.yaml.lock", "here.yaml.unfinished");
        assertThat(project.fn(words).code()).isZero();
        assertThat(project.content("measured-half")).containsExactly("here.yaml");
    }

    @Test
    void aBundleThatIsKilledGoesOnToTheSameBytes() throws IOException {
        String[] words = {"bundle", "@whole/checkpoint.safetensors", "--front", "@whole/front.csv", "--tune", "1", "--out", "@bundled/family.fnb"};
        Moment.copied(project, "bundled", Map.of("bundled-half", new Moment("family.fnb.unfinished", 1)), words);
        // where the kill came when it was there, and not yet tidied up
        Moment.copy(project.path("bundled-half"), project.path("bundled-all"));
        Files.copy(project.path("bundled/family.fnb"), project.path("bundled-all/family.fnb"));
        for (String half : new String[] {"bundled-half", "bundled-all"}) {
            words[words.length - 1] = "@" + half + "/family.fnb";
            assertThat(project.content(half)).anyMatch(file -> file.startsWith("family.fnb.unfinished/"));
            assertThat(project.fn(words).code()).isZero();
            assertThat(project.content(half)).containsExactly("family.fnb");
            assertThat(project.path(half + "/family.fnb")).hasSameBinaryContentAs(project.path("bundled/family.fnb"));
        }
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
        assertThat(refused.err()).contains("other holds a network that was trained. Changed since: options. Maybe --overwrite");
        assertThat(project.content("other")).contains("checkpoint.safetensors");
    }

    @Test
    void whatAnotherCommandLeftUnfinishedIsNotLostWithoutAWord() {
        TinyProject.Outcome refused = project.fn("run", "@tiny.yaml", "--out", "@half");
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("half holds what was stopped. Changed since: description. Maybe --overwrite");
        assertThat(project.fn("run", "@tiny.yaml", "--out", "@half", "--overwrite").code()).isZero();
    }

    @Test
    void aSignalFinishesTheStepKeepsTheStateAndSaysHowToGoOn() throws Exception {
        project.yaml("long.yaml", TinyProject.YAML.replace("epochs: 8", "epochs: 100000"));
        Map<String, Integer> codes = new HashMap<>(Map.of("HUP", 129, "INT", 130, "TERM", 143));
        for (String signal : List.copyOf(codes.keySet())) {
            if (isIgnored(codes.get(signal) - 128)) {
                codes.remove(signal);
            }
        }
        Map<String, Process> processes = new HashMap<>();
        for (String signal : codes.keySet()) {
            processes.put(signal, project.process("train", "@long.yaml", "--out", "@by-" + signal, "--threads", "1", "--keep-every", "1steps"));
        }
        for (String signal : codes.keySet()) {
            Process process = processes.get(signal);
            await(process, "by-" + signal, new Moment("training.unfinished", 0));
            new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid())).start().waitFor();
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            assertThat(process.exitValue()).isEqualTo(codes.get(signal));
            assertThat(new String(process.getErrorStream().readAllBytes()).lines()).containsExactly("Stopping after this step. Once more, and it stops at once",
                    "Stopped. The same command goes on from here: ./fn train " + project.path("long.yaml") + " --out " + project.path("by-" + signal)
                            + " --threads 1 --keep-every 1steps");
            assertThat(project.content("by-" + signal)).contains("training.unfinished", "run.unfinished");
            assertThat(project.path("by-" + signal + "/.lock")).doesNotExist();
        }
    }

    /** As under nohup, or SIGINT in the background of a script, which processes of this one take over. */
    static boolean isIgnored(int signal) throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return false;
        }
        String ignored = Files.readAllLines(status).stream().filter(line -> line.startsWith("SigIgn:")).findFirst().orElse("SigIgn:0");
        return (Long.parseUnsignedLong(ignored.substring(7).strip(), 16) >> signal - 1 & 1) == 1;
    }
}
