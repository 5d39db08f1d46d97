package io.fullynested.spark;

import io.fullynested.ShippedNetwork;
import io.fullynested.api.search.Evaluator;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.apache.spark.broadcast.Broadcast;

/** What one executor, a JVM of its own, has of the network that it measures. It is taken up once, and serves all tasks. */
final class Executor {

    private static Executor current;

    private final long id;
    private final ShippedNetwork.Opened network;
    /** Those that no task uses now: an evaluator is for one thread, and remembers what it measured. */
    private final Queue<Evaluator> free = new ConcurrentLinkedQueue<>();

    private Executor(long id, ShippedNetwork.Opened network) {
        this.id = id;
        this.network = network;
    }

    /** Lets a task measure. */
    static <T> T measure(Broadcast<ShippedNetwork> network, Function<Evaluator, T> task) {
        Executor here = of(network);
        Evaluator free = here.free.poll();
        Evaluator evaluator = free == null ? here.network.evaluator() : free;
        T found = task.apply(evaluator);
        here.free.add(evaluator);
        return found;
    }

    private static synchronized Executor of(Broadcast<ShippedNetwork> network) {
        if (current == null || current.id != network.id()) {
            // tasks of another network may be at work, so that one is not closed but left to the collector
            current = new Executor(network.id(), network.value().open());
        }
        return current;
    }
}
