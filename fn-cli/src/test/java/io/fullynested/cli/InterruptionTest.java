package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class InterruptionTest {

    /** Work that listens and does not stop, or does not even listen. */
    static final class Stubborn {
        public static void main(String[] args) throws InterruptedException {
            Interruption.install(new PrintWriter(System.err, true), "Stopped.");
            Interruption.Listening listening = args[0].equals("listens") ? Interruption.listen() : () -> { };
            System.err.println("begun");
            Thread.sleep(TimeUnit.MINUTES.toMillis(5));
            listening.close();
        }
    }

    private static Process start(String how) throws IOException {
        return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", System.getProperty("java.class.path"),
                Stubborn.class.getName(), how).start();
    }

    private static void signal(Process process, String signal) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid())).start().waitFor()).isZero();
    }

    @Test
    void aSecondSignalStopsAtOnce() throws Exception {
        assumeFalse(ResumeTest.isIgnored(2), "SIGINT is ignored by this process and those that it starts");
        Process process = start("listens");
        try (BufferedReader told = process.errorReader()) {
            assertThat(told.readLine()).isEqualTo("begun");
            signal(process, "INT");
            assertThat(told.readLine()).isEqualTo("Stopping after this step. Once more, and it stops at once");
            assertThat(process.isAlive()).isTrue();
            signal(process, "INT");
            assertThat(told.readLine()).isEqualTo("Stopped.");
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            assertThat(process.exitValue()).isEqualTo(130);
        }
    }

    @Test
    void whereNothingListensOneIsEnough() throws Exception {
        Process process = start("does not");
        try (BufferedReader told = process.errorReader()) {
            assertThat(told.readLine()).isEqualTo("begun");
            signal(process, "TERM");
            assertThat(told.readLine()).isEqualTo("Stopped.");
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            assertThat(process.exitValue()).isEqualTo(143);
        }
    }
}
