import io.fullynested.FullyNested;
import io.fullynested.Settings;
import io.fullynested.TrainedSupernet;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.spark.SparkEvaluator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * How the time to measure submodels on all validation images falls from one worker to two, of one thread each: standalone clusters of this machine, one after
 * the other, in turns. Writes a line of CSV for each. Seconds of processors say what there is to do, whatever else the machine does: those of the driver, of all
 * executors, and of the one with most.
 *
 * <p>Arguments: the checkpoint, how many submodels, how many rounds. See README.md for the class path.
 */
public final class SparkBenchmark {

    /** Submodels that each worker measures before, until it has met most shapes of convolutions, each of which is compiled. */
    private static final int WARM = 200;

    private SparkBenchmark() {
    }

    public static void main(String[] arguments) throws Exception {
        Path checkpoint = Path.of(arguments[0]);
        int count = Integer.parseInt(arguments[1]);
        System.out.println("round,workers,submodels,seconds,driver_processor_s,executors_processor_s,greatest_executor_s,load");
        try (TrainedSupernet net = FullyNested.load(checkpoint, Settings.standard().withThreads(1))) {
            Random random = new Random(1);
            Set<SubmodelSpec> drawn = new LinkedHashSet<>();
            while (drawn.size() < 2 * WARM + count) {
                drawn.add(net.network().supernet().canonical(net.axes().select(axis -> axis.keeps().get(random.nextInt(axis.keeps().size())))));
            }
            List<SubmodelSpec> specs = List.copyOf(drawn);
            for (int round = 1; round <= Integer.parseInt(arguments[2]); round++) {
                for (int workers = 1; workers <= 2; workers++) {
                    System.out.printf("%d,%d,%d,%s,%s%n", round, workers, count, measured(net, specs, workers), Files.readString(Path.of("/proc/loadavg")).split(" ")[0]);
                }
            }
        }
    }

    private static String measured(TrainedSupernet net, List<SubmodelSpec> specs, int workers) {
        SparkConf conf = new SparkConf().setAppName("benchmark").setMaster("local-cluster[" + workers + ",1,1024]").set("spark.ui.enabled", "false")
                .set("spark.executor.memory", "1g")
                // of one thread, so no others to collect garbage; and with what native.sh tells glibc, which executors inherit
                .set("spark.executor.extraJavaOptions", "-XX:+UseSerialGC")
                // all are on this machine
                .set("spark.executor.extraClassPath", System.getProperty("java.class.path"));
        try (JavaSparkContext spark = new JavaSparkContext(conf); SparkEvaluator evaluator = new SparkEvaluator(spark, net)) {
            evaluator.evaluate(specs.subList(0, workers * WARM), evaluator.images());
            List<ProcessHandle> executors = ProcessHandle.current().descendants().toList();
            double[] before = executors.stream().mapToDouble(SparkBenchmark::processor).toArray();
            double driver = processor(ProcessHandle.current());
            long start = System.nanoTime();
            evaluator.evaluate(specs.subList(2 * WARM, specs.size()), evaluator.images());
            double seconds = (System.nanoTime() - start) / 1e9;
            double[] used = IntStream.range(0, before.length).mapToDouble(i -> processor(executors.get(i)) - before[i]).toArray();
            return String.format(Locale.ROOT, "%.1f,%.1f,%.1f,%.1f", seconds, processor(ProcessHandle.current()) - driver, Arrays.stream(used).sum(),
                    Arrays.stream(used).max().orElseThrow());
        }
    }

    private static double processor(ProcessHandle process) {
        return process.info().totalCpuDuration().map(used -> used.toNanos() / 1e9).orElse(0.0);
    }
}
