import io.fullynested.FullyNested;
import io.fullynested.Settings;
import io.fullynested.training.TrainingSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What a training takes of memory, file descriptors and threads as it goes on: a row every so many steps.
 *
 * <pre>java -cp fn-cli/target/fn-cli-0.2.0-SNAPSHOT.jar benchmarks/reliability/MemoryBenchmark.java SPEC STEPS EVERY THREADS OUT.csv</pre>
 *
 * <p>Columns: steps; resident memory in MiB, which is Java's heap and all that is native; of the heap what is in use after a collection;
 * open files; threads.
 */
public final class MemoryBenchmark {

    private MemoryBenchmark() {
    }

    public static void main(String[] args) throws IOException {
        long steps = Long.parseLong(args[1]);
        long every = Long.parseLong(args[2]);
        List<String> rows = new ArrayList<>(List.of("steps,resident_mib,heap_mib,open_files,threads"));
        try (FullyNested fn = FullyNested.open(Path.of(args[0]), Settings.standard().withThreads(Integer.parseInt(args[3])));
             TrainingSession session = fn.session()) {
            for (long step = 0; step < steps; step++) {
                long number = step % session.steps();
                session.gradients(number, session.draw(number));
                session.reduce();
                session.update(session.learningRate(number));
                if ((step + 1) % every == 0) {
                    rows.add(row(step + 1));
                    System.out.println(rows.get(rows.size() - 1));
                    Files.write(Path.of(args[4]), rows);
                }
            }
        }
    }

    private static String row(long steps) throws IOException {
        System.gc();
        Runtime java = Runtime.getRuntime();
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd")); Stream<String> status = Files.lines(Path.of("/proc/self/status"))) {
            List<String> lines = status.toList();
            return String.format(Locale.ROOT, "%d,%.1f,%.1f,%d,%d", steps, number(lines, "VmRSS") / 1024.0, (java.totalMemory() - java.freeMemory()) / 1048576.0,
                    files.count(), number(lines, "Threads"));
        }
    }

    private static long number(List<String> lines, String word) {
        return lines.stream().filter(line -> line.startsWith(word + ":")).mapToLong(line -> Long.parseLong(line.replaceAll("\\D", ""))).findFirst().orElseThrow();
    }
}
