package io.fullynested.spark;

import io.fullynested.TrainedSupernet;
import io.fullynested.api.search.Evaluator;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * {@code spark-submit fn-spark.jar search CHECKPOINT …}: the command {@code ./fn search}, word for word, with the submodels measured on the cluster.
 * The driver reads the checkpoint and the data, and writes the results where it runs.
 */
public final class Main {

    private Main() {
    }

    public static void main(String[] args) {
        System.exit(run(args));
    }

    private static int run(String... args) {
        PrintWriter out = new PrintWriter(System.out, true);
        PrintWriter err = new PrintWriter(System.err, true);
        List<AutoCloseable> open = new ArrayList<>();
        try {
            return io.fullynested.cli.Main.search(out, err, net -> onSpark(net, open), args);
        } finally {
            for (int i = open.size() - 1; i >= 0; i--) {
                close(open.get(i));
            }
        }
    }

    /** Connects only now, so that what is refused is refused at once. */
    private static Evaluator onSpark(TrainedSupernet net, List<AutoCloseable> open) {
        SparkConf conf = new SparkConf();
        if (!conf.contains("spark.app.name")) {
            conf.setAppName("Fully Nested search");
        }
        JavaSparkContext spark = new JavaSparkContext(conf);
        open.add(spark);
        SparkEvaluator evaluator = new SparkEvaluator(spark, net);
        open.add(evaluator);
        return evaluator;
    }

    private static void close(AutoCloseable one) {
        try {
            one.close();
        } catch (Exception e) {
            // all is done; what the cluster still holds, it frees when this process ends
            return;
        }
    }
}
