package io.fullynested.core.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right of one process at a time to write somewhere. The file of the lock holds the process id of its holder; that it is held is known
 * to the operating system, so the lock of a process that died is free.
 */
public final class WriteLock implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WriteLock.class);

    /** Those of this process. Systems drop a process's lock when it closes the file once more, so nothing here opens it a second time. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;

    private WriteLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Takes a lock.
     *
     * @param what what is to be written, for the message
     * @param lock the file of the lock; its folder must exist
     * @throws LockedException if another process holds it, or another part of this one
     * @throws IOException     if the file cannot be written
     */
    public static WriteLock take(Path what, Path lock) throws IOException {
        Path file = lock.toAbsolutePath().normalize();
        if (!HELD.add(file)) {
            throw new LockedException(what + " is being written by this process already");
        }
        try {
            Optional<WriteLock> taken = Optional.empty();
            while (taken.isEmpty()) {
                taken = attempt(what, file);
            }
            return taken.get();
        } catch (IOException | RuntimeException e) {
            HELD.remove(file);
            throw e;
        }
    }

    /** Empty if somebody who was done with it took the file away meanwhile. */
    private static Optional<WriteLock> attempt(Path what, Path file) throws IOException {
        Object before = identity(file);
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            Object opened = identity(file);
            if (!locked(channel, file)) {
                throw new LockedException(what + " is being written by " + holder(channel));
            }
            if (opened != null && (before == null || before.equals(opened)) && opened.equals(identity(file))) {
                channel.truncate(0).write(StandardCharsets.UTF_8.encode(ProcessHandle.current().pid() + "\n"), 0);
                return Optional.of(new WriteLock(file, channel));
            }
            channel.close();
            return Optional.empty();
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Tells a file from another one of its name; null if there is none. */
    private static Object identity(Path file) throws IOException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return attributes.fileKey() == null ? attributes.creationTime() : attributes.fileKey();
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** Beyond the end of the file, so that it can be read on systems that keep others from what is locked. */
    private static boolean locked(FileChannel channel, Path file) {
        try {
            FileLock lock = channel.tryLock(Long.MAX_VALUE - 1, 1, false);
            return lock != null;
        } catch (IOException e) {
            LOG.warn("{} cannot be locked ({}), so nothing keeps others from writing here, too", file, e.getMessage());
            return true;
        }
    }

    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(20);
        channel.read(text, 0);
        String pid = StandardCharsets.US_ASCII.decode(text.flip()).toString().strip();
        return pid.matches("\\d+") ? "process " + pid : "another process";
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            Files.deleteIfExists(file);
        } finally {
            HELD.remove(file);
        }
    }
}
