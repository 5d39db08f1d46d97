import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Kills commands with SIGKILL at random moments, starts each again until it ends, and compares what it leaves with what one leaves that nobody
 * killed. A moment is drawn evenly from the time that the whole command takes here.
 *
 * <pre>java benchmarks/reliability/KillBenchmark.java SPEC FOLDER KILLS SEED OUT.csv COMMAND...</pre>
 *
 * <p>of {@code train}, {@code run}, {@code search}, {@code export} and {@code bundle}, in turn. Columns: the command; the second of the
 * kill; whether it was still running; files of the results that were there and not whole, told by how the same file ends up; whether
 * the same command then ended with 0; the bytes compared, and files that differ.
 */
public final class KillBenchmark {

    /** Of what tells of times; and the report shows them. */
    private static final List<String> OF_TIMES = List.of("log.txt", "run.json", "summary.json", "report.html");

    private final Path spec;
    private final Path folder;
    private final List<String> rows = new ArrayList<>(List.of("command,second,running,broken_files,ended,bytes_compared,files_differing"));

    private KillBenchmark(Path spec, Path folder) {
        this.spec = spec;
        this.folder = folder;
    }

    public static void main(String[] args) throws Exception {
        KillBenchmark benchmark = new KillBenchmark(Path.of(args[0]), Path.of(args[1]));
        benchmark.run(Integer.parseInt(args[2]), new Random(Long.parseLong(args[3])), Path.of(args[4]), Arrays.asList(args).subList(5, args.length));
    }

    private void run(int kills, Random random, Path csv, List<String> commands) throws Exception {
        Files.createDirectories(folder);
        if (start("train", folder.resolve("base")).waitFor() != 0) {
            throw new IllegalStateException("the training that others begin with failed");
        }
        double[] seconds = new double[commands.size()];
        for (int i = 0; i < seconds.length; i++) {
            long begun = System.nanoTime();
            if (start(commands.get(i), whole(commands.get(i))).waitFor() != 0) {
                throw new IllegalStateException(commands.get(i) + " failed when nobody killed it");
            }
            seconds[i] = (System.nanoTime() - begun) / 1e9;
        }
        for (int i = 0; i < kills; i++) {
            int which = i % commands.size();
            kill(commands.get(which), folder.resolve("kill" + i), seconds[which] * random.nextDouble());
            Files.write(csv, rows);
        }
    }

    private Path whole(String command) {
        return folder.resolve("whole-" + command);
    }

    private void kill(String command, Path out, double second) throws Exception {
        Process process = start(command, out);
        boolean running = !process.waitFor(Math.round(1000 * second), TimeUnit.MILLISECONDS);
        process.destroyForcibly().waitFor();
        int broken = running ? differing(command, out, true)[1] : 0;
        // what was done when the moment came is there already, and says so
        boolean ended = !running || start(command, out).waitFor() == 0;
        int[] compared = differing(command, out, false);
        rows.add(String.format(Locale.ROOT, "%s,%.2f,%b,%d,%b,%d,%d", command, second, running, broken, ended, compared[0], compared[1]));
        System.out.println(rows.get(rows.size() - 1));
        delete(out);
    }

    /** The bytes compared, and how many files are other ones; of those that are there, or of all that should be. */
    private int[] differing(String command, Path out, boolean thoseThere) throws IOException {
        int bytes = 0;
        int differing = 0;
        for (Path file : files(whole(command))) {
            Path found = out.resolve(whole(command).relativize(file));
            if (OF_TIMES.contains(file.getFileName().toString()) || thoseThere && !Files.exists(found)) {
                continue;
            }
            // a table of measurements grows until the search ends
            boolean grows = thoseThere && file.endsWith("evaluations.csv");
            byte[] expected = Files.readAllBytes(file);
            if (!grows && !(Files.exists(found) && Arrays.equals(expected, Files.readAllBytes(found)))) {
                differing++;
            }
            bytes += expected.length;
        }
        return new int[] {bytes, differing};
    }

    private Process start(String command, Path out) throws IOException {
        String checkpoint = folder.resolve("base/checkpoint.safetensors").toString();
        List<String> words = new ArrayList<>(List.of("./fn", command));
        words.addAll(switch (command) {
            case "search" -> List.of(checkpoint, "--out", out.toString());
            case "export" -> List.of(checkpoint, "--format", "all", "--select", "weights.bits=4", "--out", out.toString());
            case "bundle" -> List.of(checkpoint, "--select", "whole:", "--select", "slim:weights.bits=4", "--out", out.resolve("family.fnb").toString());
            default -> List.of(spec.toString(), "--keep-every", "5steps", "--out", out.toString());
        });
        words.addAll(List.of("--threads", "1"));
        return new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("console.txt").toFile()))
                .start();
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
