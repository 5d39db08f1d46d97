package io.fullynested.spark;

import io.fullynested.ShippedNetwork;
import io.fullynested.TrainedSupernet;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Evaluation;
import io.fullynested.api.search.Evaluator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;

/**
 * Measures submodels on the executors of an Apache Spark application. Checkpoint and images go to each executor once, by broadcast; then a
 * selection of some hundred bytes goes there for each submodel, and a few numbers come back. An executor that is lost costs time only: what it
 * was measuring is measured by another. Each task computes with one thread, so an executor of four cores measures four submodels at once.
 *
 * <p>Machines of one kind come to the same numbers as {@link TrainedSupernet#evaluator}, so a search finds the same.
 *
 * <pre>{@code
 * try (TrainedSupernet net = FullyNested.load(checkpoint, settings); SparkEvaluator spark = new SparkEvaluator(context, net)) {
 *     SearchResult found = net.search(options, Progress.NONE, Path.of("evaluations.csv"), spark);
 * }
 * }</pre>
 */
public final class SparkEvaluator implements Evaluator, AutoCloseable {

    /** Of each core, for all submodels that are asked for at once. */
    private static final int TASKS = 8;

    private final JavaSparkContext spark;
    private final Evaluator here;
    private final Broadcast<ShippedNetwork> network;

    /**
     * Reads the images, and ships nothing before it is needed.
     *
     * @param spark stays the caller's to close
     * @param net   stays the caller's to close
     * @throws UncheckedIOException if there is no room for a temporary file of the checkpoint
     */
    public SparkEvaluator(JavaSparkContext spark, TrainedSupernet net) {
        this.spark = spark;
        this.here = net.evaluator();
        try {
            this.network = spark.broadcast(ShippedNetwork.of(net));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public int images() {
        return here.images();
    }

    @Override
    public int blocks() {
        return here.blocks();
    }

    /** The cores of the executors that are there now. */
    @Override
    public int parallel() {
        return asked(spark::defaultParallelism);
    }

    @Override
    public List<Evaluation> evaluate(List<SubmodelSpec> specs, int images) {
        if (images < 1 || images > images()) {
            throw new IllegalArgumentException("Cannot look at " + images + " validation images; there are " + images());
        }
        Broadcast<ShippedNetwork> shipped = network;
        return onExecutors(specs, spec -> Executor.measure(shipped, one -> one.evaluate(List.of(SubmodelSpec.parse(spec)), images).get(0)));
    }

    @Override
    public List<Double> divergences(List<SubmodelSpec> specs, int block) {
        if (block < 0 || block >= blocks()) {
            throw new IllegalArgumentException("There is no block " + block + " of images; there are " + blocks());
        }
        Broadcast<ShippedNetwork> shipped = network;
        return onExecutors(specs, spec -> Executor.measure(shipped, one -> one.divergences(List.of(SubmodelSpec.parse(spec)), block).get(0)));
    }

    /** Some tasks for each core: to start one takes the driver 20 ms, and cores that are done early need others to go on with. */
    private <T> List<T> onExecutors(List<SubmodelSpec> specs, Function<String, T> measure) {
        return specs.isEmpty() ? List.of() : asked(() -> spark.parallelize(specs.stream().map(SubmodelSpec::toString).toList(),
                Math.min(specs.size(), TASKS * spark.defaultParallelism())).map(measure).collect());
    }

    /** Asks Spark, which throws checked exceptions that it does not declare, with stack traces in their messages. */
    private static <T> T asked(Callable<T> question) {
        try {
            return question.call();
        } catch (Exception e) {
            throw new IllegalStateException("Spark measures no more: " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""), e);
        }
    }

    /** Frees what the executors hold of it. */
    @Override
    public void close() {
        network.destroy();
    }
}
