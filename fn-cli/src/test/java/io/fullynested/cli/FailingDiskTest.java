package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fullynested.core.io.FailingDisk;
import io.fullynested.core.io.ReservedSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whatever write fails first, of all that a command does: it says so and names the file or the folder, no half of a file is left, and the same command
 * ends as if nothing had been once there is space again.
 */
class FailingDiskTest {

    /** What of it differs from time to time. */
    private static final Pattern OF_TIMES = Pattern.compile("(.*/)?(log.txt|run.json|summary.json|report.html)|here.yaml|compare.html");
    /** A line for each command: its writes, and how many of them failed in turn. */
    private static final Path COUNTS = Path.of("target/failing-writes.csv");

    @TempDir
    private static Path folder;
    private static TinyProject project;

    @BeforeAll
    static void train() throws IOException {
        project = TinyProject.tinier(folder);
        TinyProject.Outcome made = project.fn("run", "@long.yaml", "--out", "@made");
        assertThat(made.code()).as(made.out() + made.err()).isZero();
        project.yaml("foreign.txt", "mine");
    }

    /**
     * Commands that write to {@code @x}, each with how many of its writes one that fails stands for; drawings are alike, so one of them stands for all.
     * With {@code -Dfailing.all} every write of every command fails in turn, which takes minutes.
     */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', value = {
            "train @short.yaml --out @x --keep-every 5steps                          | 3",
            "run @long.yaml --out @x --keep-every 25steps                            | 17",
            "search @made/checkpoint.safetensors --out @x                            | 7",
            "sweep @long.yaml --set seed=1..2 --out @x                               | 45",
            "report @x                                                               | 1",
            "compare @made @made --out @x/compare.html                               | 1",
            "export @made/checkpoint.safetensors --no-verify --out @x/a.onnx         | 1",
            "export @made/checkpoint.safetensors --no-verify --format all --out @x   | 1",
            "bundle @made/checkpoint.safetensors --out @x/a.fnb                      | 1",
            "tune @made/checkpoint.safetensors --select stage1.layers=1 --out @x/t.safetensors | 3",
            "measure @short.yaml --submodels 3 --check 1 --out @x/here.yaml          | 7",
            "new-plugin careless --dir @x                                            | 7",
            "inspect @short.yaml --out @x/told.txt                                   | 1"})
    void whateverWriteFailsNothingIsLostAndTheSameCommandGoesOn(String command, int of) throws IOException {
        String[] words = command.split(" ");
        begin(words);
        List<Path> writes;
        try (FailingDisk disk = new FailingDisk(operation -> false)) {
            TinyProject.Outcome outcome = told(words);
            assertThat(outcome.code()).as(outcome.err()).isZero();
            writes = disk.files();
        }
        List<String> files = project.content("x");
        List<byte[]> whole = contents(files);
        List<Integer> failing = failing(writes, Boolean.getBoolean("failing.all") ? 1 : of);
        for (int n : failing) {
            List<String> before = begin(words);
            TinyProject.Outcome outcome;
            try (FailingDisk disk = new FailingDisk(n, true)) {
                outcome = told(words);
                assertThat(disk.operations()).isGreaterThanOrEqualTo(n);
            }
            assertThat(outcome.code()).as("%d: %s", n, outcome.err()).isEqualTo(1);
            assertThat(outcome.err()).as("%d", n).contains("No space left on device", project.path("x").toString()).doesNotContain("went wrong", "\tat ");
            if (Files.exists(project.path("x"))) {
                assertThat(project.content("x")).as("%d", n).noneMatch(file -> file.endsWith(".tmp") || file.endsWith(".lock"));
            }
            if (!before.isEmpty()) {
                assertThat(project.content("x")).as("%d: a folder that was finished stays so", n).isEqualTo(before);
            }
            TinyProject.Outcome again = told(words);
            assertThat(again.code()).as("%d: %s", n, again.err()).isZero();
            assertThat(project.content("x")).as("%d", n).isEqualTo(files);
            List<byte[]> found = contents(files);
            for (int i = 0; i < files.size(); i++) {
                if (!OF_TIMES.matcher(files.get(i)).matches()) {
                    assertThat(found.get(i)).as("%d: %s", n, files.get(i)).isEqualTo(whole.get(i));
                }
            }
        }
        Files.writeString(COUNTS, String.format("%s,%d,%d%n", words[0], writes.size(), failing.size()), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        assertThat(failing).hasSizeGreaterThan(2);
    }

    /** With one thread, where a command can be told so. */
    private static TinyProject.Outcome told(String... words) {
        return words[0].equals("new-plugin") ? project.run(words) : project.fn(words);
    }

    /** What is there when the command begins. */
    private static List<String> begin(String... words) throws IOException {
        delete("x");
        if (!words[1].equals("@x")) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(project.path("made"))) {
            for (Path file : all.toList()) {
                Files.copy(file, project.path("x").resolve(project.path("made").relativize(file).toString()));
            }
        }
        return project.content("x");
    }

    /** Numbers of writes from 1 on. */
    private static List<Integer> failing(List<Path> writes, int of) {
        List<Integer> distinct = new ArrayList<>();
        Map<Path, Integer> drawings = new LinkedHashMap<>();
        for (int i = 0; i < writes.size(); i++) {
            Path folder = writes.get(i).getParent();
            // opened, written, forced, moved
            if (!folder.endsWith("plots") || drawings.merge(folder, 1, Integer::sum) <= 4) {
                distinct.add(i + 1);
            }
        }
        return IntStream.range(0, distinct.size()).filter(i -> i % of == of / 2).mapToObj(distinct::get).toList();
    }

    @Test
    void aTrainingGoesOnWhereItCannotBeKeptForAWhile() throws IOException {
        List<Path> writes;
        try (FailingDisk disk = new FailingDisk(operation -> false)) {
            assertThat(project.fn("train", "@short.yaml", "--out", "@x", "--keep-every", "1steps").code()).isZero();
            writes = disk.files();
        }
        // after the journal and the space that is reserved
        int first = 1 + IntStream.range(0, writes.size()).filter(i -> writes.get(i).toString().contains("training.unfinished")).findFirst().orElseThrow();
        for (int n = first; n < first + 6; n++) {
            try (FailingDisk disk = new FailingDisk(n, false)) {
                var trained = project.fn("train", "@short.yaml", "--out", "@x" + n, "--keep-every", "1steps");
                assertThat(trained.code()).as(trained.err()).isZero();
                assertThat(trained.err()).contains("warning: The training goes on, but could not be kept: ", "No space left on device");
                assertThat(disk.operations()).isGreaterThan(n);
            }
            assertThat(project.path("x" + n + "/checkpoint.safetensors")).hasSameBinaryContentAs(project.path("x/checkpoint.safetensors"));
        }
        delete("x");
    }

    @Test
    void spaceThatIsNotThereIsToldOf() throws IOException {
        Path room = Files.createDirectories(project.path("room"));
        try (FailingDisk disk = new FailingDisk(4, true)) {
            assertThatThrownBy(() -> ReservedSpace.of(room.resolve("file"), 5_000_000)).isInstanceOf(IOException.class)
                    .hasMessage(room + " has no room for the 5 MiB that will be written there at the end: No space left on device");
            assertThat(disk.operations()).isEqualTo(4);
        }
        assertThat(room).isEmptyDirectory();
        try (ReservedSpace space = ReservedSpace.of(room.resolve("file"), 5_000_000)) {
            assertThat(space).isNotNull();
            try (Stream<Path> files = Files.list(room)) {
                assertThat(files.mapToLong(file -> file.toFile().length()).sum()).isEqualTo(5_000_000);
            }
        }
        assertThat(room).isEmptyDirectory();
    }

    private static List<byte[]> contents(List<String> files) throws IOException {
        List<byte[]> contents = new ArrayList<>();
        for (String file : files) {
            contents.add(Files.readAllBytes(project.path("x/" + file)));
        }
        return contents;
    }

    private static void delete(String name) throws IOException {
        if (Files.exists(project.path(name))) {
            try (Stream<Path> all = Files.walk(project.path(name))) {
                Path[] deepest = all.sorted((a, b) -> b.compareTo(a)).toArray(Path[]::new);
                for (Path path : deepest) {
                    Files.delete(path);
                }
            }
        }
    }
}
