import io.fullynested.FullyNested;
import io.fullynested.Settings;
import io.fullynested.training.GlooRanks;
import io.fullynested.training.Ranks;
import io.fullynested.training.TrainingSession;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What it costs to train with two processes of one thread each. By turns, some steps are taken by one process alone; by both at once, each a training of its own,
 * which tells what the machine gives to two; and by both together, on twice the images. Each step computes on as many images, and draws the same submodels.
 * Writes lines of CSV, and at the end the efficiencies: the step of one alone over that of each, by the least and by the middle step of all.
 *
 * <p>Arguments: a description, rounds, steps. It starts itself twice.
 */
public final class TogetherBenchmark {

    private static final String HERE = InetAddress.getLoopbackAddress().getHostAddress();
    private static final int SHARE = 32;

    private enum Way { ALONE, AT_ONCE, TOGETHER }

    public static void main(String[] args) throws Exception {
        if (!System.getenv().containsKey("RANK")) {
            System.exit(start(args));
        }
        int rounds = Integer.parseInt(args[1]);
        int steps = Integer.parseInt(args[2]);
        try (GlooRanks ranks = GlooRanks.join(System.getenv());
             FullyNested one = open(args[0], SHARE); TrainingSession alone = one.session(Ranks.ALONE);
             FullyNested two = open(args[0], 2 * SHARE); TrainingSession together = two.session(ranks)) {
            Map<Way, List<Double>> all = Map.of(Way.ALONE, new ArrayList<>(), Way.AT_ONCE, new ArrayList<>(), Way.TOGETHER, new ArrayList<>());
            long[] next = new long[2];
            if (ranks.rank() == 0) {
                System.out.println("round,way,steps,least_ms,middle_ms,processor_ms_a_step,load");
            }
            // the first round is for what is compiled and kept
            for (int round = 0; round <= rounds; round++) {
                for (Way way : Way.values()) {
                    ranks.sum(new float[1]);
                    if (way == Way.ALONE && ranks.rank() > 0) {
                        continue;
                    }
                    int which = way == Way.TOGETHER ? 1 : 0;
                    long processor = processor();
                    double[] times = times(way == Way.TOGETHER ? together : alone, next[which], steps);
                    next[which] += steps;
                    if (round > 0 && ranks.rank() == 0) {
                        Arrays.stream(times).forEach(all.get(way)::add);
                        Arrays.sort(times);
                        System.out.printf(Locale.ROOT, "%d,%s,%d,%.2f,%.2f,%.2f,%s%n", round, way.name().toLowerCase(Locale.ROOT), steps, times[0], times[steps / 2],
                                (processor() - processor) * 1e-6 / steps, Files.readString(Path.of("/proc/loadavg")).split(" ")[0]);
                    }
                }
            }
            if (ranks.rank() == 0) {
                for (Way way : List.of(Way.AT_ONCE, Way.TOGETHER)) {
                    System.out.printf(Locale.ROOT, "# efficiency %s: %.3f by the least step, %.3f by the middle one%n", way.name().toLowerCase(Locale.ROOT),
                            quantile(all.get(Way.ALONE), 0) / quantile(all.get(way), 0), quantile(all.get(Way.ALONE), 0.5) / quantile(all.get(way), 0.5));
                }
            }
        }
    }

    private static double quantile(List<Double> times, double share) {
        return times.stream().sorted().toList().get((int) (share * (times.size() - 1)));
    }

    private static FullyNested open(String description, int batch) throws Exception {
        return FullyNested.open(Path.of(description), Settings.standard().withThreads(1).withOverrides(Map.of("training.batch-size", String.valueOf(batch),
                "training.epochs", "1000")));
    }

    private static double[] times(TrainingSession session, long from, int steps) {
        double[] times = new double[steps];
        for (int i = 0; i < steps; i++) {
            long start = System.nanoTime();
            session.gradients(from + i, session.draw(from + i));
            session.reduce();
            session.update(session.learningRate(from + i));
            times[i] = (System.nanoTime() - start) * 1e-6;
        }
        return times;
    }

    private static long processor() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private static int start(String[] args) throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        List<String> command = Stream.concat(Stream.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", System.getProperty("java.class.path"),
                System.getProperty("source")), Arrays.stream(args)).toList();
        List<Process> processes = new ArrayList<>();
        for (int rank = 0; rank < 2; rank++) {
            ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
            builder.environment().putAll(Map.of("RANK", String.valueOf(rank), "WORLD_SIZE", "2", "MASTER_ADDR", HERE, "MASTER_PORT", String.valueOf(port)));
            processes.add(builder.start());
        }
        int code = 0;
        for (Process process : processes) {
            code = Math.max(code, process.waitFor());
        }
        return code;
    }
}
