package io.fullynested.live;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What happened, one after the other, for pages that ask for what came after what they know; and how far the work is now. */
final class LiveEvents {

    /** Events in one answer. */
    private static final int AT_ONCE = 2_000;
    /** Events that are kept: some 20 MB. */
    private static final int MOST = 50_000;
    /** A page that asked no longer ago than this is open. */
    private static final long OPEN_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<String> events = new ArrayList<>();
    private final CountDownLatch told = new CountDownLatch(1);
    private volatile Supplier<?> now = Map::of;
    private volatile long asked;
    private boolean ended;

    /** Adds one, a record or map; beyond so many they are left out. */
    void add(Object event) {
        String text = json(event);
        synchronized (events) {
            if (events.size() < MOST) {
                events.add(text);
            }
        }
    }

    /** Where the work is now, in the place of where it was; put into words when a page asks, so that every step may tell it. */
    void now(Supplier<?> where) {
        now = where;
    }

    /** Adds the last one, and waits a moment for a page that is open to ask for it. */
    void end(Object event, long millis) {
        String text = json(event);
        synchronized (events) {
            events.add(text);
            ended = true;
        }
        if (asked != 0 && System.nanoTime() - asked < OPEN_NANOS) {
            try {
                told.await(millis, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * What a page gets.
     *
     * @param json {@code {"now": …, "next": n, "events": […]}}: events from a number on, and the number to ask from the next time
     * @param last whether the end is among them; {@link #told()} is called when it was sent
     */
    record Answer(String json, boolean last) {
    }

    Answer since(int from) {
        asked = System.nanoTime();
        StringBuilder text = new StringBuilder("{\"now\":").append(json(now.get()));
        synchronized (events) {
            int first = Math.max(0, Math.min(from, events.size()));
            int next = Math.min(first + AT_ONCE, events.size());
            text.append(",\"next\":").append(next).append(",\"events\":[").append(String.join(",", events.subList(first, next)));
            return new Answer(text.append("]}").toString(), ended && next == events.size());
        }
    }

    /** A page knows of the end. */
    void told() {
        told.countDown();
    }

    private static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
