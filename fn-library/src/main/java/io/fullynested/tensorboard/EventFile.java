package io.fullynested.tensorboard;

import io.fullynested.core.io.RecordFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A file of TensorBoard's events: scalars by step. Each event is a message of protocol buffers; the numbers of its fields are those of
 * TensorFlow's {@code event.proto} and {@code summary.proto}.
 */
final class EventFile implements AutoCloseable {

    /** What the name begins with, by which TensorBoard finds it; then seconds since 1970. */
    private static final String NAME = "events.out.tfevents.";
    /** What the name ends in. */
    private static final String OWN = ".fully-nested";
    private static final int WALL_TIME = 1;
    private static final int STEP = 2;
    private static final int FILE_VERSION = 3;
    private static final int SUMMARY = 5;
    private static final int SESSION_LOG = 7;
    private static final int STATUS = 1;
    private static final int START = 1;
    private static final int VALUE = 1;
    private static final int TAG = 1;
    private static final int SIMPLE_VALUE = 2;
    private static final double MILLIS = 1e3;

    private final RecordFile file;

    /** Begins a file after those that are in the folder; they stay. */
    EventFile(Path folder) throws IOException {
        file = new RecordFile(folder.resolve(NAME + next(folder) + OWN));
        file.add(event().text(FILE_VERSION, "brain.Event:2").bytes());
    }

    /** Files are read in the order of their names: the time now, or what comes after the newest. */
    private static long next(Path folder) throws IOException {
        long now = System.currentTimeMillis() / 1000;
        if (!Files.isDirectory(folder)) {
            return now;
        }
        try (Stream<Path> files = Files.list(folder)) {
            List<String> own = files.map(path -> path.getFileName().toString()).filter(name -> name.matches("\\Q" + NAME + "\\E\\d{10}\\Q" + OWN + "\\E")).toList();
            return Math.max(now, own.stream().mapToLong(name -> 1 + Long.parseLong(name.substring(NAME.length(), name.length() - OWN.length()))).max().orElse(now));
        }
    }

    private static Message event() {
        return new Message().number(WALL_TIME, System.currentTimeMillis() / MILLIS);
    }

    /** Tells that a training begins before a step, or goes on there: what was written of that step and later ones does not count any more. */
    void begin(long step) throws IOException {
        file.add(event().whole(STEP, step).message(SESSION_LOG, new Message().whole(STATUS, START)).bytes());
    }

    /** Adds values by name at a step. */
    void add(long step, Map<String, Double> values) throws IOException {
        Message summary = new Message();
        values.forEach((tag, value) -> summary.message(VALUE, new Message().text(TAG, tag).number(SIMPLE_VALUE, value.floatValue())));
        file.add(event().whole(STEP, step).message(SUMMARY, summary).bytes());
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
