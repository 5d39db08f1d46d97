import io.fullynested.FullyNested;
import io.fullynested.Settings;
import io.fullynested.TrainedSupernet;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.spark.SparkEvaluator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * How the time to measure submodels on all validation images falls from one worker to two, of one thread each: standalone clusters of this machine, one after
 * the other, in turns. Writes a line of CSV for each: round, workers, submodels, seconds, load.
 *
 * <p>Arguments: the checkpoint, how many submodels, how many rounds. See README.md for the class path.
 */
public final class SparkBenchmark {

    private static final int WARM = 20;

    private SparkBenchmark() {
    }

    public static void main(String[] arguments) throws Exception {
        Path checkpoint = Path.of(arguments[0]);
        int count = Integer.parseInt(arguments[1]);
        System.out.println("round,workers,submodels,seconds,load");
        try (TrainedSupernet net = FullyNested.load(checkpoint, Settings.standard().withThreads(1))) {
            Random random = new Random(1);
            Set<SubmodelSpec> drawn = new LinkedHashSet<>();
            while (drawn.size() < WARM + count) {
                drawn.add(net.network().supernet().canonical(net.axes().select(axis -> axis.keeps().get(random.nextInt(axis.keeps().size())))));
            }
            List<SubmodelSpec> specs = List.copyOf(drawn);
            for (int round = 1; round <= Integer.parseInt(arguments[2]); round++) {
                for (int workers = 1; workers <= 2; workers++) {
                    double seconds = seconds(net, specs, workers);
                    System.out.printf("%d,%d,%d,%.1f,%s%n", round, workers, count, seconds, Files.readString(Path.of("/proc/loadavg")).split(" ")[0]);
                }
            }
        }
    }

    private static double seconds(TrainedSupernet net, List<SubmodelSpec> specs, int workers) {
        SparkConf conf = new SparkConf().setAppName("benchmark").setMaster("local-cluster[" + workers + ",1,1024]").set("spark.ui.enabled", "false")
                .set("spark.executor.memory", "1g")
                // all are on this machine
                .set("spark.executor.extraClassPath", System.getProperty("java.class.path"));
        try (JavaSparkContext spark = new JavaSparkContext(conf); SparkEvaluator evaluator = new SparkEvaluator(spark, net)) {
            // until every executor has the network, and its code is compiled
            evaluator.evaluate(specs.subList(0, WARM), evaluator.images());
            long start = System.nanoTime();
            evaluator.evaluate(specs.subList(WARM, specs.size()), evaluator.images());
            return (System.nanoTime() - start) / 1e9;
        }
    }
}
