package io.fullynested.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fullynested.core.io.Sha256;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GlooRanksTest {

    private static final String YAML = "{epochs: 3, batch-size: 64}";

    @TempDir
    private Path folder;

    /** What each process does: trains, tells what it has come to, and waits for another that does not come any more. */
    static final class Process {

        private Process() {
        }

        public static void main(String[] arguments) {
            GlooRanks ranks = GlooRanks.join(System.getenv());
            System.out.println("state " + digest(ranks));
            if (ranks.rank() == 1) {
                // as a process that is killed
                Runtime.getRuntime().halt(0);
            }
            long start = System.nanoTime();
            try {
                ranks.sum(new float[1]);
            } catch (IllegalStateException e) {
                System.out.println(e.getMessage() + " after " + (System.nanoTime() - start) / 1_000_000_000);
            }
            // its threads need not be waited for
            Runtime.getRuntime().halt(0);
        }
    }

    private static String digest(Ranks ranks) {
        Sha256 digest = new Sha256();
        DataParallelTest.train(DataParallelTest.NET, YAML, ranks).state().forEach((name, tensor) -> digest.add(name + Arrays.toString(tensor.data())));
        return digest.hex();
    }

    @Test
    void twoProcessesComeToTheSameAndNoticeALostOne() throws IOException, InterruptedException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        List<java.lang.Process> processes = new ArrayList<>();
        for (int rank = 0; rank < 2; rank++) {
            ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin/java").toString(), "-cp",
                    System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")), Process.class.getName());
            builder.environment().putAll(Map.of("RANK", "" + rank, "WORLD_SIZE", "2", "MASTER_ADDR", "127.0.0.1", "MASTER_PORT", "" + port));
            processes.add(builder.redirectErrorStream(true).redirectOutput(folder.resolve("out" + rank).toFile()).start());
        }
        List<String> out = new ArrayList<>();
        for (int rank = 0; rank < 2; rank++) {
            boolean ended = processes.get(rank).waitFor(3, TimeUnit.MINUTES);
            processes.get(rank).destroyForcibly();
            out.add(Files.readString(folder.resolve("out" + rank)));
            assertThat(ended).as(out.get(rank)).isTrue();
        }
        // of two numbers there is one sum, so threads come to the same
        String expected = "state " + RanksInThreads.run(2, GlooRanksTest::digest).get(0);
        assertThat(out).allSatisfy(text -> assertThat(text).contains(expected));
        assertThat(out.get(0)).containsPattern("Rank 0 of 2 has lost the others: .* after [0-9]\\b");
    }

    @Test
    void whoOneIsMustBeTold() {
        Map<String, String> all = Map.of("RANK", "1", "WORLD_SIZE", "2", "MASTER_ADDR", "127.0.0.1", "MASTER_PORT", "29500");
        assertThatThrownBy(() -> GlooRanks.join(Map.of())).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("WORLD_SIZE is not set. Maybe start with torchrun, or set RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT?");
        Map<String, String> mistakes = Map.of("WORLD_SIZE", "0", "RANK", "2", "MASTER_PORT", "many");
        Map<String, String> messages = Map.of("WORLD_SIZE", "WORLD_SIZE must be a whole number of 1 or more, found '0'",
                "RANK", "RANK must be a whole number of 0 to 1, found '2'", "MASTER_PORT", "MASTER_PORT must be a whole number of 1 to 65535, found 'many'");
        mistakes.forEach((name, value) -> {
            Map<String, String> wrong = new HashMap<>(all);
            wrong.put(name, value);
            assertThatThrownBy(() -> GlooRanks.join(wrong)).isInstanceOf(IllegalArgumentException.class).hasMessage(messages.get(name));
        });
    }
}
