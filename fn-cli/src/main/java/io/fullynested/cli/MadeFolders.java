package io.fullynested.cli;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Folders that were made for results, and go again if none came. */
final class MadeFolders {

    private final List<Path> deepestFirst = new ArrayList<>();

    /** Makes a folder, and those above it, where there is none. */
    MadeFolders(Path folder) throws IOException {
        for (Path missing = folder.toAbsolutePath().normalize(); missing != null && !Files.exists(missing); missing = missing.getParent()) {
            deepestFirst.add(missing);
        }
        Files.createDirectories(folder);
    }

    void removeIfEmpty() throws IOException {
        for (Path folder : deepestFirst) {
            try {
                Files.delete(folder);
            } catch (DirectoryNotEmptyException | NoSuchFileException e) {
                return;
            }
        }
    }
}
