package io.fullynested.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ReadAheadTest {

    private static void sleep(long milliseconds) {
        try {
            TimeUnit.MILLISECONDS.sleep(milliseconds);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void givesElementsInOrderWhicheverIsReadFirst() {
        LongFunction<Long> slowFirst = place -> {
            sleep(place % 3 == 0 ? 20 : 0);
            return place;
        };
        try (ReadAhead<Long> ahead = new ReadAhead<>(slowFirst, 20, 1)) {
            for (long place = 0; place < 20; place++) {
                assertThat(ahead.get(place)).isEqualTo(place);
            }
        }
    }

    @Test
    void readsTheNextWhileOneIsLookedAtAndNoMoreThanItMay() throws InterruptedException {
        CountDownLatch third = new CountDownLatch(1);
        AtomicInteger read = new AtomicInteger();
        try (ReadAhead<Long> ahead = new ReadAhead<>(place -> {
            read.incrementAndGet();
            if (place == 2) {
                third.countDown();
            }
            return place;
        }, 100, 1 << 23)) {
            ahead.get(0);
            third.await();
            sleep(50);
            assertThat(read).as("the one asked for, and two of 32 MiB ahead").hasValue(3);
        }
    }

    @Test
    void readsOnThreadsOfItsOwn() {
        Set<String> threads = ConcurrentHashMap.newKeySet();
        try (ReadAhead<String> ahead = new ReadAhead<>(place -> Thread.currentThread().getName(), 3, 1)) {
            for (int place = 0; place < 3; place++) {
                threads.add(ahead.get(place));
            }
        }
        assertThat(threads).containsOnly("fully-nested-reader");
    }

    @Test
    void carriesErrorsToWhoeverAsksForThatPlaceAndGoesOn() {
        IllegalStateException damaged = new IllegalStateException("damaged");
        AtomicInteger tries = new AtomicInteger();
        try (ReadAhead<Long> ahead = new ReadAhead<>(place -> {
            if (place == 2 && tries.getAndIncrement() == 0) {
                throw damaged;
            }
            return place;
        }, 5, 1)) {
            assertThat(ahead.get(0)).isZero();
            assertThat(ahead.get(1)).isEqualTo(1);
            assertThatThrownBy(() -> ahead.get(2)).isSameAs(damaged);
            assertThat(ahead.get(2)).isEqualTo(2);
            assertThat(ahead.get(4)).isEqualTo(4);
        }
    }

    @Test
    void nothingIsReadAfterItWasClosed() {
        AtomicInteger reading = new AtomicInteger();
        AtomicInteger read = new AtomicInteger();
        ReadAhead<Long> ahead = new ReadAhead<>(place -> {
            reading.incrementAndGet();
            sleep(30);
            reading.decrementAndGet();
            read.incrementAndGet();
            return place;
        }, 1000, 1);
        ahead.get(0);
        ahead.close();
        assertThat(reading).hasValue(0);
        int until = read.get();
        sleep(60);
        assertThat(read).hasValue(until);
    }
}
