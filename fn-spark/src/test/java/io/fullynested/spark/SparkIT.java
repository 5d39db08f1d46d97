package io.fullynested.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.FullyNested;
import io.fullynested.Settings;
import io.fullynested.training.TrainingSession;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code spark-submit fn-spark.jar search} on a master and two workers, all of them processes. */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class SparkIT {

    private static final String JAR = Path.of("target/fn-spark.jar").toAbsolutePath().toString();
    private static final int STEPS = 20;

    @TempDir
    private static Path folder;
    private static Path checkpoint;

    @BeforeAll
    static void train() throws IOException {
        checkpoint = folder.resolve("checkpoint.safetensors");
        try (FullyNested fn = FullyNested.open(Path.of("../examples/quickstart.yaml"), Settings.standard()); TrainingSession session = fn.session()) {
            for (int step = 0; step < STEPS; step++) {
                session.gradients(step, session.draw(step));
                session.reduce();
                session.update(.02);
            }
            fn.trained(session.masters()).save(checkpoint);
        }
    }

    private static String[] search(String out, String... before) {
        return Stream.concat(Stream.of(before), Stream.of("search", checkpoint.toString(), "--out", folder.resolve(out).toString(), "--budget", "small:macs=400k",
                "--budget", "tiny:macs=200k,size=20KiB", "--strategy", "random, draws: 24, keep: 3", "--front", "0")).toArray(String[]::new);
    }

    private static List<String> lines(String file) throws IOException {
        return Files.readAllLines(folder.resolve(file));
    }

    @Test
    void findsWhatALocalSearchFindsThoughAWorkerIsKilled() throws IOException, InterruptedException {
        StringWriter told = new StringWriter();
        int code = io.fullynested.cli.Main.run(new PrintWriter(told), new PrintWriter(told), search("local"));
        assertThat(code).as(told.toString()).isZero();
        try (Cluster cluster = new Cluster(Files.createDirectory(folder.resolve("spark")), 2)) {
            Process search = cluster.submit("driver", search("cluster", "--class", Main.class.getName(), JAR));
            Path evaluations = folder.resolve("cluster/evaluations.csv");
            while (search.isAlive() && !(Files.exists(evaluations) && lines("cluster/evaluations.csv").size() > 10)) {
                Thread.sleep(20);
            }
            assertThat(search.isAlive() && cluster.works(0) && cluster.works(1)).as(Files.readString(cluster.log("driver"))).isTrue();
            cluster.kill(1);
            int measured = lines("cluster/evaluations.csv").size();
            assertThat(search.waitFor()).as(Files.readString(cluster.log("driver"))).isZero();
            assertThat(Files.readString(cluster.log("driver"))).containsPattern("Lost executor|Executor updated: .*LOST|Lost task");
            assertThat(lines("cluster/evaluations.csv")).hasSizeGreaterThan(measured + 10);
        }
        assertThat(lines("cluster/front.csv")).isEqualTo(lines("local/front.csv")).hasSizeGreaterThan(2);
        // key and all numbers, so a local search would go on with the cluster's file
        assertThat(lines("cluster/evaluations.csv")).isEqualTo(lines("local/evaluations.csv"));
        for (String budget : List.of("small", "tiny")) {
            assertThat(lines("cluster/selections/" + budget + ".txt")).isEqualTo(lines("local/selections/" + budget + ".txt"));
        }
    }
}
