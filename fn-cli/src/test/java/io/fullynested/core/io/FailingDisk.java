package io.fullynested.core.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;
import java.util.function.Supplier;

/**
 * A disk on which one operation fails, and all that come after it too, if it is full: SQLite's method of testing. It does not wait until bytes are on the
 * medium, as no test takes the power away.
 */
public final class FailingDisk extends Disk implements AutoCloseable {

    private static final String FULL = "No space left on device";

    private final Disk before = current;
    private final LongPredicate failing;
    private final List<Path> files = new ArrayList<>();
    private final Map<FileChannel, Path> open = new HashMap<>();

    /**
     * Takes the place of the real one until it is closed.
     *
     * @param failing the operation that fails, counted from 1
     * @param forGood whether those after it fail as well
     */
    public FailingDisk(long failing, boolean forGood) {
        this(operation -> operation == failing || forGood && operation > failing);
    }

    /** The same, asked before each operation whether it fails. */
    public FailingDisk(LongPredicate failing) {
        this.failing = failing;
        current = this;
    }

    /** Does work on one that fails as it is in place, or never. */
    public static <T> T on(Supplier<T> work) {
        if (current instanceof FailingDisk) {
            return work.get();
        }
        FailingDisk never = new FailingDisk(operation -> false);
        try {
            return work.get();
        } finally {
            never.close();
        }
    }

    /** How many operations there were, those that failed included. */
    public long operations() {
        return files.size();
    }

    /** The files that they wrote to, in their order. */
    public List<Path> files() {
        return List.copyOf(files);
    }

    private boolean fails(Path file) {
        files.add(file);
        return failing.test(files.size());
    }

    @Override
    FileChannel open(Path file, OpenOption... options) throws IOException {
        if (fails(file)) {
            throw new IOException(file + " cannot be written: " + FULL);
        }
        FileChannel channel = super.open(file, options);
        open.put(channel, file);
        return channel;
    }

    /** As a real one does, it writes a part before it fails. */
    @Override
    void write(FileChannel channel, ByteBuffer bytes) throws IOException {
        if (fails(open.get(channel))) {
            ByteBuffer half = bytes.slice(bytes.position(), bytes.remaining() / 2);
            super.write(channel, half);
            throw new IOException(FULL);
        }
        super.write(channel, bytes);
    }

    @Override
    void force(FileChannel channel) throws IOException {
        if (fails(open.get(channel))) {
            throw new IOException(FULL);
        }
    }

    @Override
    void move(Path from, Path to) throws IOException {
        if (fails(to)) {
            throw new IOException(FULL);
        }
        super.move(from, to);
    }

    @Override
    public void close() {
        current = before;
    }
}
