package io.fullynested.fuzz;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;

/** What Jazzer calls, with the name of the target as its argument. */
public final class Fuzz {

    private static final long HANG = 10_000_000_000L;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private static Target target;
    private static Path folder;

    private Fuzz() {
    }

    /** Called once. */
    public static void fuzzerInitialize(String[] args) throws IOException {
        target = Target.valueOf(args[0]);
        folder = Beside.in(Path.of(System.getenv("FUZZ_FOLDER")));
    }

    /** Called with one input after the other; whatever it throws is a finding. */
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        long start = THREADS.getCurrentThreadCpuTime();
        target.read(input, folder);
        long took = THREADS.getCurrentThreadCpuTime() - start;
        if (took > HANG) {
            throw new IllegalStateException("hangs for " + took / 1_000_000 + " ms of processor time");
        }
    }
}
