package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fullynested.TrainingCurve;
import io.fullynested.training.TrainingListener;
import io.fullynested.training.TrainingSession;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several processes train as one would. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class TrainTogetherTest {

    @TempDir
    private Path folder;
    private TinyProject project;

    @BeforeEach
    void write() throws IOException {
        project = TinyProject.tinier(folder);
    }

    private double[] losses(String out) throws IOException {
        return TrainingCurve.readCsv(project.path(out).resolve(Pipeline.CURVE)).epochs().stream().mapToDouble(TrainingListener.Progress::loss).toArray();
    }

    /** Batch norms see half as many images in each process; nothing else differs. */
    @Test
    void twoProcessesLearnAsOne() throws IOException {
        assertThat(project.fn("train", "@long.yaml", "--out", "@one", "--set", "training.batch-size=30").err()).isEmpty();
        TinyProject.Outcome two = project.fn("train", "@long.yaml", "--out", "@two", "--set", "training.batch-size=30", "--processes", "2", "--threads", "2");
        assertThat(two.code()).as(two.err()).isZero();
        assertThat(losses("two")).containsExactly(losses("one"), within(.15));
        assertThat(losses("two")).isNotEqualTo(losses("one"));
        assertThat(project.content("two")).isEqualTo(project.content("one"));
        TinyProject.Outcome again = project.fn("train", "@long.yaml", "--out", "@two", "--set", "training.batch-size=30", "--processes", "2");
        assertThat(again.err()).contains("is there already");
    }

    private List<Process> together(String[][] words) throws IOException {
        int port = freePort();
        List<Process> processes = new ArrayList<>();
        for (int rank = 0; rank < words.length; rank++) {
            processes.add(project.process(who(rank, words.length, port), "told" + rank, words[rank]));
        }
        return processes;
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }

    private static Map<String, String> who(int rank, int count, int port) {
        return Map.of("RANK", "" + rank, "WORLD_SIZE", "" + count, "MASTER_ADDR", "127.0.0.1", "MASTER_PORT", "" + port);
    }

    private String told(int rank) throws IOException {
        return Files.readString(project.path("told" + rank));
    }

    @Test
    void aLostOneEndsTheOthersAndThreeGoOn() throws IOException, InterruptedException {
        String[] words = {"train", "@long.yaml", "--out", "@lost", "--set", "training.epochs=60", "--threads", "1", "--keep-every", "2steps"};
        List<Process> two = together(new String[][] {words, words});
        Path kept = project.path("lost").resolve(Pipeline.UNFINISHED + ".1");
        while (two.get(0).isAlive() && !Files.exists(kept)) {
            Thread.sleep(5);
        }
        two.get(1).destroyForcibly();
        assertThat(two.get(0).waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(two.get(0).exitValue()).as(told(0)).isEqualTo(Failure.FAILED);
        assertThat(told(0)).contains("Rank 0 of 2 has lost the others: ").endsWith(" A training goes on from what it kept last, with any number of ranks\n");
        TinyProject.Outcome three = project.fn("train", "@long.yaml", "--out", "@lost", "--set", "training.epochs=60", "--processes", "3");
        assertThat(three.code()).as(three.err()).isZero();
        assertThat(three.out()).containsPattern("Going on with a training that was stopped, after step \\d+ of ");
        assertThat(losses("lost")).hasSize(60);
        assertThat(losses("lost")[59]).isLessThan(.85 * losses("lost")[0]);
    }

    @Test
    void thoseThatDoNotTrainTheSameAreAllRefused() throws IOException, InterruptedException {
        List<Process> two = together(new String[][] {
            {"train", "@short.yaml", "--out", "@other", "--seed", "1"},
            {"train", "@short.yaml", "--seed", "2", "--set", "training.epochs=3"}});
        for (int rank = 0; rank < 2; rank++) {
            assertThat(two.get(rank).waitFor(5, TimeUnit.MINUTES)).isTrue();
            assertThat(two.get(rank).exitValue()).as(told(rank)).isEqualTo(Failure.BAD_INPUT);
            assertThat(told(rank)).contains("the ranks do not have the same options, seed. Maybe");
        }
        assertThat(project.path("other")).doesNotExist();
    }

    /** Another network, another seed, other images and another version of the program, all at once: each is named, on either side. */
    @Test
    void allThatDiffersIsNamedOnEveryRank() throws Exception {
        project.yaml("other.yaml", Files.readString(project.path("short.yaml")).replace("neurons: 8", "neurons: 9").replace("path: data", "path: other"));
        for (String part : List.of("train", "validation", "t10k")) {
            project.images("other/" + part, 60, 10, 3, new Random(4));
        }
        int port = freePort();
        List<Process> two = List.of(project.process(who(0, 2, port), "told0", "train", "@short.yaml", "--out", "@other-net", "--seed", "1"),
                project.process(otherVersion(), who(1, 2, port), "told1", "train", "@other.yaml", "--seed", "2"));
        for (int rank = 0; rank < 2; rank++) {
            assertThat(two.get(rank).waitFor(5, TimeUnit.MINUTES)).isTrue();
            assertThat(two.get(rank).exitValue()).as(told(rank)).isEqualTo(Failure.BAD_INPUT);
            assertThat(told(rank)).contains("the ranks do not have the same network, seed, training images, code of the program. Maybe one has another version of a file or of "
                    + "this program, or another --seed?");
        }
        assertThat(project.path("other-net")).doesNotExist();
    }

    /** The classes of training in a jar with a file more. */
    private Path otherVersion() throws Exception {
        Path classes = Path.of(TrainingSession.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        Path jar = project.path("other-version.jar");
        if (Files.isRegularFile(classes)) {
            Files.copy(classes, jar);
        }
        try (FileSystem zip = FileSystems.newFileSystem(jar, Map.of("create", "true"))) {
            if (Files.isDirectory(classes)) {
                try (Stream<Path> files = Files.walk(classes)) {
                    for (Path file : files.filter(Files::isRegularFile).toList()) {
                        Path copy = zip.getPath("/" + classes.relativize(file));
                        Files.createDirectories(copy.getParent());
                        Files.copy(file, copy);
                    }
                }
            }
            Files.writeString(zip.getPath("/another"), "version");
        }
        return jar;
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThat(project.fn("train", "@short.yaml", "--processes", "0").err()).isEqualTo("--processes 0: 1 to 1024 train together\n");
        assertThat(project.fn("train", "@short.yaml", "--out", "@many", "--processes", "4").err())
                .contains("A batch of 6 images is less than two for each of 4 ranks. Maybe a greater batch-size?");
        assertThatThrownBy(() -> Processes.of(2, List.of(), Map.of("RANK", "0"))).isInstanceOf(BadInputException.class)
                .hasMessage("--processes 2: RANK or WORLD_SIZE in the environment says that the processes are started already. Maybe without --processes?");
    }
}
