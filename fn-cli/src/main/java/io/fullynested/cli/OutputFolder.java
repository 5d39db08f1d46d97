package io.fullynested.cli;

import io.fullynested.OnnxImport;
import io.fullynested.core.io.AtomicFile;
import io.fullynested.core.io.WriteLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** A folder that one command writes its results to: nobody else does meanwhile, and none is left if nothing came of it. */
final class OutputFolder implements AutoCloseable {

    /** The log beside the results. */
    static final String LOG = "log.txt";
    private static final String LOCK = ".lock";
    /** What commands write there, beside files with names of their own. */
    private static final List<String> FILES = List.of(LOG, LOCK, RunJournal.FILE, RunRecord.FILE, Pipeline.CHECKPOINT, Pipeline.CURVE, Pipeline.UNFINISHED,
            Pipeline.SUMMARY, "evaluations.csv", "front.csv", "report.html", "sweep.csv", "compare.html", OnnxImport.SPEC, OnnxImport.SOURCE);
    private static final List<String> FOLDERS = List.of("models", "plots", "selections", Pipeline.TUNED);
    /** What lies there beside results, and alone says nothing. */
    static final Set<String> BESIDES = Set.of(LOG, LOCK, RunJournal.FILE);

    private final Path path;
    private final MadeFolders made;
    private final WriteLock lock;
    private final Logging log;

    /**
     * Takes a folder, which is made if there is none, logs into it from now on, and takes away halves of files that a kill left.
     *
     * @throws io.fullynested.core.io.LockedException if another process writes there
     * @throws BadInputException if a folder is where a file is to be, or the other way around, which would be found only at the end
     */
    OutputFolder(Path path) throws IOException {
        this.path = path;
        for (String file : FILES) {
            if (Files.isDirectory(path.resolve(file))) {
                throw new BadInputException(path.resolve(file) + " is a folder, where a file is to be written. Maybe another --out?");
            }
        }
        for (String folder : FOLDERS) {
            if (Files.exists(path.resolve(folder)) && !Files.isDirectory(path.resolve(folder))) {
                throw new BadInputException(path.resolve(folder) + " is a file, where a folder is to be made. Maybe another --out?");
            }
        }
        made = new MadeFolders(path);
        try {
            lock = WriteLock.take(path, path.resolve(LOCK));
        } catch (IOException e) {
            made.removeIfEmpty();
            throw e;
        }
        try (Stream<Path> within = Files.walk(path, 1)) {
            for (Path folder : within.filter(Files::isDirectory).toList()) {
                AtomicFile.deleteHalves(folder);
            }
            log = Logging.toFile(path.resolve(LOG));
        } catch (IOException e) {
            lock.close();
            made.removeIfEmpty();
            throw e;
        }
    }

    Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        log.close();
        try (Stream<Path> content = Files.list(path)) {
            List<Path> left = content.toList();
            if (left.stream().allMatch(file -> BESIDES.contains(file.getFileName().toString()))) {
                Files.deleteIfExists(path.resolve(LOG));
                Files.deleteIfExists(path.resolve(RunJournal.FILE));
            }
        }
        lock.close();
        made.removeIfEmpty();
    }
}
