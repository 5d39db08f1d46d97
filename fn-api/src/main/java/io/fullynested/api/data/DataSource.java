package io.fullynested.api.data;

import java.io.IOException;
import java.nio.file.Path;

/** Somewhere data come from. */
@FunctionalInterface
public interface DataSource {

    /**
     * Three sets that share no image.
     *
     * @param train      to learn from
     * @param validation to rank submodels by
     * @param test       to report accuracy on, and for nothing else
     */
    record Splits(Dataset train, Dataset validation, Dataset test) {
    }

    /**
     * Opens the data.
     *
     * @param base the folder that relative paths in the options start from
     * @throws IOException if files are missing or damaged; the message names the file, and is shown to the user
     */
    Splits open(Path base) throws IOException;
}
