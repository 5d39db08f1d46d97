package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fullynested.core.io.FailingDisk;
import io.fullynested.core.io.ReservedSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever write fails first, of all that a command does: it says so and names the file or the folder, no half of a file is left, and the same command
 * ends as if nothing had been once there is space again.
 */
class FailingDiskTest {

    @TempDir
    private static Path folder;
    private static TinyProject project;

    @BeforeAll
    static void train() throws IOException {
        project = TinyProject.in(folder);
        project.yaml("short.yaml", TinyProject.YAML.replace("epochs: 8", "epochs: 1").replace("{name: small, macs: 12k}\n", "{name: small, macs: 20k}\n")
                .replaceFirst(" +- \\{name: tiny.*\n", ""));
        assertThat(project.fn("run", "@short.yaml", "--out", "@made").code()).isZero();
        project.yaml("foreign.txt", "mine");
    }

    /** Commands that write to {@code @x}, and what of it differs from time to time. */
    @ParameterizedTest
    @ValueSource(strings = {
            "train @short.yaml --out @x --keep-every 5steps",
            "export @made/checkpoint.safetensors --no-verify --out @x/a.onnx",
            "export @made/checkpoint.safetensors --no-verify --format all --out @x",
            "bundle @made/checkpoint.safetensors --out @x/a.fnb",
            "tune @made/checkpoint.safetensors --select stage1.layers=1 --out @x/t.safetensors",
            "inspect @short.yaml --out @x/told.txt"})
    void whateverWriteFailsNothingIsLostAndTheSameCommandGoesOn(String command) throws IOException {
        delete("x");
        String[] words = command.split(" ");
        assertThat(project.fn(words).code()).isZero();
        List<String> files = project.content("x");
        List<byte[]> whole = contents(files);
        delete("x");
        long failed = 0;
        for (long n = 1; ; n++) {
            TinyProject.Outcome outcome;
            try (FailingDisk disk = new FailingDisk(n, true)) {
                outcome = project.fn(words);
                if (disk.operations() < n) {
                    assertThat(outcome.code()).isZero();
                    break;
                }
            }
            failed++;
            assertThat(outcome.code()).as("%d: %s", n, outcome.err()).isEqualTo(1);
            assertThat(outcome.err()).as("%d", n).contains("No space left on device", project.path("x").toString()).doesNotContain("went wrong", "\tat ");
            if (Files.exists(project.path("x"))) {
                assertThat(project.content("x")).as("%d", n).noneMatch(file -> file.endsWith(".tmp") || file.endsWith(".lock"));
            }
            TinyProject.Outcome again = project.fn(words);
            assertThat(again.code()).as("%d: %s", n, again.err()).isZero();
            assertThat(project.content("x")).as("%d", n).isEqualTo(files);
            List<byte[]> found = contents(files);
            for (int i = 0; i < files.size(); i++) {
                if (!files.get(i).matches("log.txt|run.json")) {
                    assertThat(found.get(i)).as("%d: %s", n, files.get(i)).isEqualTo(whole.get(i));
                }
            }
            delete("x");
        }
        assertThat(failed).isGreaterThan(3);
        delete("x");
    }

    @Test
    void aTrainingGoesOnWhereItCannotBeKeptForAWhile() {
        // the journal and the space reserved take the first 13; keeping begins after them
        for (int n = 14; n < 20; n++) {
            try (FailingDisk disk = new FailingDisk(n, false)) {
                var trained = project.fn("train", "@short.yaml", "--out", "@x" + n, "--keep-every", "1steps");
                assertThat(trained.code()).as(trained.err()).isZero();
                assertThat(trained.err()).contains("warning: The training goes on, but could not be kept: ", "No space left on device");
                assertThat(disk.operations()).isGreaterThan(n);
            }
            assertThat(project.path("x" + n + "/checkpoint.safetensors")).hasSameBinaryContentAs(project.path("x14/checkpoint.safetensors"));
        }
    }

    @Test
    void spaceThatIsNotThereIsToldOf() throws IOException {
        Path room = Files.createDirectories(project.path("room"));
        try (FailingDisk disk = new FailingDisk(4, true)) {
            assertThatThrownBy(() -> ReservedSpace.of(room, 5_000_000)).isInstanceOf(IOException.class)
                    .hasMessage(room + " has no room for the 5 MiB that will be written there at the end: No space left on device");
            assertThat(disk.operations()).isEqualTo(4);
        }
        assertThat(room).isEmptyDirectory();
        try (ReservedSpace space = ReservedSpace.of(room, 5_000_000)) {
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
