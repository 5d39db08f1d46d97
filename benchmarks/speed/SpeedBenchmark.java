import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Full training steps of some networks, of Fully Nested and of PyTorch, by turns in one run: what counts are ratios of the least times. See README.md.
 */
public final class SpeedBenchmark {

    private static final List<String> FN = List.of("float full", "quantised full", "quantised quarter", "quantised drawn");
    private static final List<String> PYTORCH = List.of("contiguous", "channels-last");
    private static final int STEPS = 3;

    /** Least nanoseconds of a step, by the wall and on processors. */
    private record Least(long wall, long work) {

        static Least parse(String line) {
            String[] words = line.split(" ");
            return new Least(Long.parseLong(words[0]), Long.parseLong(words[1]));
        }

        Least and(Least other) {
            return new Least(Math.min(wall, other.wall), Math.min(work, other.work));
        }
    }

    /** Who takes steps. */
    private record Worker(String name, List<String> kinds, Process process, BufferedReader answers) implements AutoCloseable {

        static Worker start(String name, List<String> kinds, List<String> command) throws IOException {
            Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
            Worker worker = new Worker(name, kinds, process, process.inputReader());
            worker.answer("ready");
            return worker;
        }

        private String answer(String what) throws IOException {
            String line = answers.readLine();
            if (line == null) {
                throw new IOException(name + " ended at " + what);
            }
            return line;
        }

        String ask(String what) throws IOException {
            process.outputWriter().write(what + "\n");
            process.outputWriter().flush();
            return answer(what);
        }

        @Override
        public void close() {
            process.destroy();
        }
    }

    public static void main(String[] args) throws Exception {
        Path here = Path.of(args[0]);
        int rounds = Integer.parseInt(args[1]);
        System.out.println("network,threads,who,step,wall-ms,processor-ms,of-pytorch-wall,of-pytorch-processor,of-faster-pytorch-wall,of-full-wall,of-full-processor,"
                + "of-full-macs,of-before-wall,of-before-processor,load");
        for (int i = 2; i < args.length; i++) {
            measure(here, Path.of(args[i]), rounds);
        }
    }

    private static void measure(Path here, Path network, int rounds) throws Exception {
        String threads = System.getenv().getOrDefault("THREADS", "2");
        Path description = Files.createTempFile("network", ".txt");
        List<Worker> workers = new ArrayList<>();
        try {
            workers.add(Worker.start("now", FN, java(System.getProperty("java.class.path"), here, network, threads, description)));
            if (System.getenv("BEFORE") != null) {
                workers.add(Worker.start("before", FN, java(System.getenv("BEFORE"), here, network, threads, description)));
            }
            if (System.getenv("PYTHON") != null) {
                workers.add(Worker.start("pytorch", PYTORCH,
                        List.of(System.getenv("PYTHON"), here.resolve("step_worker.py").toString(), threads, description.toString())));
            }
            Map<String, Least> least = new LinkedHashMap<>();
            for (int round = 0; round < rounds; round++) {
                for (Worker worker : workers) {
                    for (String kind : worker.kinds) {
                        boolean several = kind.endsWith("drawn");
                        if (!several) {
                            worker.ask(kind); // not counted: the caches are somebody else's
                        }
                        for (int step = 0; step < (several ? 1 : STEPS); step++) {
                            least.merge(worker.name + "," + kind, Least.parse(worker.ask(kind)), Least::and);
                        }
                    }
                }
            }
            print(network.getFileName().toString().replace(".yaml", "") + "," + threads, least, workers.get(0).ask("macs"));
        } finally {
            workers.forEach(Worker::close);
            Files.delete(description);
        }
    }

    private static void print(String name, Map<String, Least> least, String macs) throws IOException {
        String load = Files.readString(Path.of("/proc/loadavg")).split(" ")[0];
        Optional<Least> pytorch = Optional.ofNullable(least.get("pytorch,contiguous"));
        Optional<Least> faster = pytorch.map(other -> other.and(least.get("pytorch,channels-last")));
        least.forEach((what, time) -> {
            boolean quarter = what.endsWith("quarter");
            boolean whole = !quarter && !what.endsWith("drawn");
            Optional<Least> full = Optional.of(what).filter(w -> quarter).map(w -> least.get(w.replace("quarter", "full")));
            Optional<Least> before = Optional.of(what).filter(w -> w.startsWith("now")).map(w -> least.get(w.replace("now", "before")));
            System.out.println(String.join(",", name, what, milliseconds(time.wall), milliseconds(time.work),
                    whole ? ratios(time, pytorch) : ",", whole ? ratios(time, faster).split(",", 2)[0] : "", ratios(time, full),
                    quarter ? macs.substring(0, 5) : "", ratios(time, before), load));
        });
    }

    private static String milliseconds(long nanos) {
        return String.format(Locale.ROOT, "%.1f", nanos * 1e-6);
    }

    private static String ratios(Least time, Optional<Least> of) {
        return of.map(o -> String.format(Locale.ROOT, "%.3f,%.3f", (double) time.wall / o.wall, (double) time.work / o.work)).orElse(",");
    }

    private static List<String> java(String classPath, Path here, Path network, String threads, Path description) {
        return List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx2g", "-cp", classPath,
                here.resolve("StepWorker.java").toString(), network.toString(), threads, description.toString());
    }
}
