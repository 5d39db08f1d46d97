package io.fullynested.core.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.function.LongPredicate;

/** A disk on which one operation fails, and all that come after it too, if it is full: SQLite's method of testing. */
public final class FailingDisk extends Disk implements AutoCloseable {

    private static final String FULL = "No space left on device";

    private final Disk before = current;
    private final LongPredicate failing;
    private long operations;

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

    /** How many operations there were, those that failed included. */
    public long operations() {
        return operations;
    }

    private boolean fails() {
        return failing.test(++operations);
    }

    @Override
    FileChannel open(Path file, OpenOption... options) throws IOException {
        if (fails()) {
            throw new IOException(file + " cannot be written: " + FULL);
        }
        return super.open(file, options);
    }

    /** As a real one does, it writes a part before it fails. */
    @Override
    void write(FileChannel channel, ByteBuffer bytes) throws IOException {
        if (fails()) {
            ByteBuffer half = bytes.slice(bytes.position(), bytes.remaining() / 2);
            super.write(channel, half);
            throw new IOException(FULL);
        }
        super.write(channel, bytes);
    }

    @Override
    void force(FileChannel channel) throws IOException {
        if (fails()) {
            throw new IOException(FULL);
        }
        super.force(channel);
    }

    @Override
    void move(Path from, Path to) throws IOException {
        if (fails()) {
            throw new IOException(FULL);
        }
        super.move(from, to);
    }

    @Override
    public void close() {
        current = before;
    }
}
