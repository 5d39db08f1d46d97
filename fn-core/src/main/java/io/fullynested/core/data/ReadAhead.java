package io.fullynested.core.data;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;

/**
 * Reads the elements of a sequence some places ahead of who takes them, on threads of its own. They come in their order, whichever is
 * read first. Not for use by several threads at once.
 *
 * @param <T> an element, such as a batch of images
 */
public final class ReadAhead<T> implements AutoCloseable {

    /** Numbers that may lie ready: 64 MiB of them. */
    private static final long READY = 1 << 24;
    private static final int MOST = 4;

    private final LongFunction<T> read;
    private final long end;
    private final int depth;
    private final ExecutorService threads;
    private final Deque<Future<T>> ahead = new ArrayDeque<>();
    private long next;

    /**
     * Prepares reading, and reads nothing yet.
     *
     * @param read makes the element of a place; called by several threads at once
     * @param end  the place after the last
     * @param size numbers of an element: up to 4 lie ready, fewer of large ones, at least one
     */
    public ReadAhead(LongFunction<T> read, long end, long size) {
        this.read = read;
        this.end = end;
        this.depth = (int) Math.max(1, Math.min(MOST, READY / Math.max(1, size)));
        this.threads = Executors.newFixedThreadPool(Math.min(depth, Runtime.getRuntime().availableProcessors()), work -> {
            Thread thread = new Thread(work, "fully-nested-reader");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * The element of a place. Those after it are being read then, so whoever asks for places one after the other waits little.
     *
     * @param place below the end
     * @throws RuntimeException      what reading it has thrown
     * @throws CancellationException if the thread is interrupted
     */
    public T get(long place) {
        if (place != next) {
            drop();
            next = place;
        }
        read(place + 1);
        Future<T> wanted = ahead.remove();
        next++;
        read(Math.min(end, next + depth));
        try {
            return wanted.get();
        } catch (ExecutionException e) {
            drop();
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("Interrupted");
        }
    }

    private void read(long to) {
        for (long place = next + ahead.size(); place < to; place++) {
            long one = place;
            ahead.add(threads.submit(() -> read.apply(one)));
        }
    }

    private void drop() {
        // one that is being read is read to its end: an interrupt would close files under it
        ahead.forEach(element -> element.cancel(false));
        ahead.clear();
    }

    /** Reads no further, and waits for what is being read. */
    @Override
    public void close() {
        drop();
        threads.shutdown();
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
