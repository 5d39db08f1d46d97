package io.fullynested.training;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.bytedeco.pytorch.global.torch;

/**
 * Threads that each run whole networks. Small operators gain little from threads of their own, and lose much where other programs
 * want the cores too.
 */
final class Workers implements AutoCloseable {

    private final ExecutorService threads;

    /** @param threadsEach how many threads an operator may use within each of the workers */
    Workers(int count, int threadsEach) {
        threads = Executors.newFixedThreadPool(count, work -> {
            Thread thread = new Thread(() -> {
                torch.set_num_threads(threadsEach);
                work.run();
            }, "fully-nested");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Runs everything and waits for all of it.
     *
     * @return the results, in order
     * @throws RuntimeException that of the first task that failed
     */
    <T> List<T> run(List<? extends Callable<T>> tasks) {
        try {
            List<T> results = new ArrayList<>();
            for (Future<T> task : threads.invokeAll(tasks)) {
                results.add(task.get());
            }
            return results;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("Interrupted");
        }
    }

    /** Waits for what is still at work after an interrupt: it may use memory that its caller is about to free. */
    @Override
    public void close() {
        threads.shutdownNow();
        boolean interrupted = false;
        while (!threads.isTerminated()) {
            try {
                threads.awaitTermination(1, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
