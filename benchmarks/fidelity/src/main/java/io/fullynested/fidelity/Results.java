package io.fullynested.fidelity;

import io.fullynested.core.io.AtomicFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The file that results are kept in. Several benchmarks may add to one at a time. */
record Results(Path file) {

    /** The rows; none if there is no file yet. */
    List<Row> read() throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        List<String> lines = Files.readAllLines(file);
        if (lines.isEmpty() || !lines.get(0).equals(Row.HEADER)) {
            throw new IOException(file + ": its first line is not " + Row.HEADER);
        }
        List<Row> rows = new ArrayList<>();
        for (int i = 1; i < lines.size(); i++) {
            try {
                rows.add(Row.parse(lines.get(i)));
            } catch (IllegalArgumentException e) {
                throw new IOException(file + ":" + (i + 1) + ": " + e.getMessage(), e);
            }
        }
        return rows;
    }

    /** Adds the rows that are not there yet, all of them or none. */
    @SuppressWarnings("try") // the lock works by being held
    void append(List<Row> rows) throws IOException {
        Path beside = file.resolveSibling("." + file.getFileName() + ".lock");
        try (FileChannel channel = FileChannel.open(beside, StandardOpenOption.CREATE, StandardOpenOption.WRITE); FileLock lock = channel.lock()) {
            List<Row> all = new ArrayList<>(read());
            Set<Row.Key> there = all.stream().map(Row::key).collect(Collectors.toCollection(HashSet::new));
            rows.stream().filter(row -> there.add(row.key())).forEach(all::add);
            String text = all.stream().map(Row::line).collect(Collectors.joining("\n", Row.HEADER + "\n", "\n"));
            AtomicFile.write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
        }
    }
}
