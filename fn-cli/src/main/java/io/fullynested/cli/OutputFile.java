package io.fullynested.cli;

import io.fullynested.core.io.AtomicFile;
import io.fullynested.core.io.WriteLock;
import java.io.IOException;
import java.nio.file.Path;

/** A file that one command writes: nobody else does meanwhile, and its folder goes again if it was made for it and nothing came. */
final class OutputFile implements AutoCloseable {

    private final Path path;
    private final MadeFolders made;
    private final WriteLock lock;

    /**
     * Takes a file, and takes away halves of it, and of what is kept of it, that a kill left.
     *
     * @throws io.fullynested.core.io.LockedException if another process writes it
     */
    OutputFile(Path path) throws IOException {
        this.path = path;
        made = new MadeFolders(path.toAbsolutePath().getParent());
        try {
            lock = WriteLock.take(path, path.resolveSibling("." + path.getFileName() + ".lock"));
        } catch (IOException e) {
            made.removeIfEmpty();
            throw e;
        }
        AtomicFile.deleteHalvesOf(path);
        AtomicFile.deleteHalvesOf(unfinished(path));
    }

    Path path() {
        return path;
    }

    /** Where what is done of it is kept until all is. */
    Path unfinished() {
        return unfinished(path);
    }

    static Path unfinished(Path target) {
        return target.resolveSibling(target.getFileName() + ".unfinished");
    }

    @Override
    public void close() throws IOException {
        lock.close();
        made.removeIfEmpty();
    }
}
