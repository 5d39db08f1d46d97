package io.fullynested.training;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Ranks that are threads of this process. */
final class RanksInThreads {

    private final float[][] given;
    private final CyclicBarrier barrier;

    private RanksInThreads(int count) {
        given = new float[count][];
        barrier = new CyclicBarrier(count);
    }

    /** A rank that never asks for a sum. */
    record Place(int rank, int count) implements Ranks {
        @Override
        public void sum(float[] numbers) {
            throw new UnsupportedOperationException();
        }
    }

    private record InThread(RanksInThreads all, int rank) implements Ranks {
        @Override
        public int count() {
            return all.given.length;
        }

        @Override
        public void sum(float[] numbers) {
            all.given[rank] = numbers.clone();
            all.await();
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = 0;
                for (float[] part : all.given) {
                    numbers[i] += part[i];
                }
            }
            all.await();
        }
    }

    private void await() {
        try {
            barrier.await();
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new IllegalStateException("A rank is lost", e);
        }
    }

    /** Does something on each rank at once; the results by rank. Fails if a rank does, all others being lost then. */
    static <T> List<T> run(int count, Function<Ranks, T> what) {
        RanksInThreads all = new RanksInThreads(count);
        ExecutorService threads = Executors.newFixedThreadPool(count);
        try {
            List<Callable<T>> tasks = new ArrayList<>();
            for (int rank = 0; rank < count; rank++) {
                Ranks one = new InThread(all, rank);
                tasks.add(() -> {
                    try {
                        return what.apply(one);
                    } catch (RuntimeException | Error e) {
                        all.barrier.reset();
                        throw e;
                    }
                });
            }
            List<T> results = new ArrayList<>();
            for (Future<T> result : threads.invokeAll(tasks)) {
                results.add(result.get());
            }
            return results;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            threads.shutdown();
        }
    }
}
