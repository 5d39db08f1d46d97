import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Kills commands with SIGKILL at random moments, starts each again until it ends, and compares what it leaves with what one leaves that nobody
 * killed. A moment is drawn evenly from the time that the whole command takes here.
 *
 * <pre>java benchmarks/reliability/KillBenchmark.java SPEC FOLDER KILLS SEED OUT.csv COMMAND... [-- WORDS]</pre>
 *
 * <p>of {@code train}, {@code run}, {@code sweep}, {@code report}, {@code search}, {@code tune}, {@code export}, {@code bundle} and {@code import}, in turn; the
 * words are given to all that take the description. Columns: the command; the second of the kill; files of the results that were there and not whole, told by
 * how the same file ends up; whether the same command then ended with 0, or said that all is there, as it does where the kill came at the very end; the part of
 * a training that was done twice, to a hundredth; the bytes compared, and files that differ or should not be there. What a command said that did not end well
 * is kept in FOLDER.
 */
public final class KillBenchmark {

    private static final String THERE = " is there already. Maybe --overwrite";
    private static final Pattern TRAINED = Pattern.compile("^--- (.*)|\"task\":\"train\",\"done\":([0-9.]+)", Pattern.MULTILINE);
    /** Of what tells of times; and the report shows them. */
    private static final List<String> OF_TIMES = List.of("log.txt", "run.json", "summary.json", "report.html", "compare.html");
    private static final List<String> OF_A_SPEC = List.of("train", "run", "sweep", "import");

    private final Path spec;
    private final Path folder;
    private final List<String> rows = new ArrayList<>(List.of("command,second,broken_files,ended,training_lost,bytes_compared,files_differing"));

    private final List<String> more;

    private KillBenchmark(Path spec, Path folder, List<String> more) {
        this.spec = spec;
        this.folder = folder;
        this.more = more;
    }

    public static void main(String[] args) throws Exception {
        List<String> commands = Arrays.asList(args).subList(5, args.length);
        int end = commands.contains("--") ? commands.indexOf("--") : commands.size();
        KillBenchmark benchmark = new KillBenchmark(Path.of(args[0]), Path.of(args[1]), commands.subList(Math.min(end + 1, commands.size()), commands.size()));
        benchmark.run(Integer.parseInt(args[2]), new Random(Long.parseLong(args[3])), Path.of(args[4]), commands.subList(0, end));
    }

    private void run(int kills, Random random, Path csv, List<String> commands) throws Exception {
        Files.createDirectories(folder);
        String base = commands.contains("report") ? "run" : "train";
        if (!OF_A_SPEC.containsAll(commands) && start(base, folder.resolve("base")).waitFor() != 0) {
            throw new IllegalStateException("the " + base + " that others begin with failed");
        }
        double[] seconds = new double[commands.size()];
        for (int i = 0; i < seconds.length; i++) {
            begin(commands.get(i), whole(commands.get(i)));
            long begun = System.nanoTime();
            if (start(commands.get(i), whole(commands.get(i))).waitFor() != 0) {
                throw new IllegalStateException(commands.get(i) + " failed when nobody killed it");
            }
            seconds[i] = (System.nanoTime() - begun) / 1e9;
        }
        for (int i = 0; i < kills;) {
            int which = i % commands.size();
            // one that has ended already is drawn again
            if (kill(commands.get(which), folder.resolve("kill" + i), seconds[which] * random.nextDouble())) {
                Files.write(csv, rows);
                i++;
            }
        }
    }

    private Path whole(String command) {
        return folder.resolve("whole-" + command);
    }

    /** Whether it was still running. */
    private boolean kill(String command, Path out, double second) throws Exception {
        begin(command, out);
        Process process = start(command, out);
        boolean running = !process.waitFor(Math.round(1000 * second), TimeUnit.MILLISECONDS);
        process.destroyForcibly().waitFor();
        if (running) {
            Map<String, List<Double>> before = trained();
            int broken = differing(command, out, true)[1];
            boolean ended = start(command, out).waitFor() == 0 || Files.readString(console()).contains(THERE);
            Map<String, List<Double>> after = trained();
            double lost = before.entrySet().stream().filter(one -> after.containsKey(one.getKey()))
                    .mapToDouble(one -> one.getValue().get(one.getValue().size() - 1) - after.get(one.getKey()).get(0)).max().orElse(0);
            int[] compared = differing(command, out, false);
            rows.add(String.format(Locale.ROOT, "%s,%.2f,%d,%b,%.2f,%d,%d", command, second, broken, ended, Math.max(0, lost), compared[0], compared[1]));
            if (!ended || broken + compared[1] > 0) {
                Files.copy(console(), folder.resolve("said-" + out.getFileName() + ".txt"), StandardCopyOption.REPLACE_EXISTING);
            }
            System.out.println(rows.get(rows.size() - 1));
        }
        delete(out);
        return running;
    }

    /** How far the last command's trainings were, each time that they told, by the run of a sweep. */
    private Map<String, List<Double>> trained() throws IOException {
        Map<String, List<Double>> trained = new HashMap<>();
        String run = "";
        for (MatchResult told : TRAINED.matcher(Files.readString(console())).results().toList()) {
            if (told.group(2) == null) {
                run = told.group(1);
            } else {
                trained.computeIfAbsent(run, none -> new ArrayList<>()).add(Double.valueOf(told.group(2)));
            }
        }
        return trained;
    }

    /** What is there when a command begins. */
    private void begin(String command, Path out) throws IOException {
        if (command.equals("report")) {
            for (Path file : files(folder.resolve("base"))) {
                Path copy = out.resolve(folder.resolve("base").relativize(file));
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
    }

    private Path console() {
        return folder.resolve("console.txt");
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
        if (!thoseThere && Files.exists(out)) {
            for (Path file : files(out)) {
                differing += Files.exists(whole(command).resolve(out.relativize(file))) ? 0 : 1;
            }
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
            case "tune" -> List.of(checkpoint, "--select", "weights.bits=4", "--out", out.resolve("tuned.safetensors").toString());
            case "import" -> List.of("examples/import/fashion.onnx", "--data", spec.toString(), "--out", out.toString());
            case "report" -> List.of(out.toString());
            case "sweep" -> List.of(spec.toString(), "--set", "seed=1..2", "--out", out.toString());
            default -> List.of(spec.toString(), "--out", out.toString());
        });
        if (OF_A_SPEC.contains(command)) {
            words.addAll(more);
            if (!command.equals("import") && !more.contains("--keep-every")) {
                words.addAll(List.of("--keep-every", "5steps"));
            }
        }
        words.addAll(List.of("--threads", "1", "--json-progress"));
        return new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(console().toFile()).start();
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
