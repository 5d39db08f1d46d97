package io.fullynested.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class WorkersTest {

    @BeforeAll
    static void load() {
        LibTorch.load(1);
    }

    @Test
    void closingWaitsForWhatAnInterruptLeftAtWork() {
        AtomicBoolean done = new AtomicBoolean();
        Callable<Boolean> stubborn = () -> {
            long end = System.nanoTime() + 200_000_000;
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            done.set(true);
            return true;
        };
        Workers workers = new Workers(1, 1);
        Thread caller = Thread.currentThread();
        assertThatThrownBy(() -> workers.run(List.of(() -> {
            caller.interrupt();
            return stubborn.call();
        }))).isInstanceOf(CancellationException.class);
        workers.close();
        assertThat(done).isTrue();
        assertThat(Thread.interrupted()).isTrue();
    }
}
