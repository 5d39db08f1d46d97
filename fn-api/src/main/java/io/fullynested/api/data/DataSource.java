package io.fullynested.api.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Somewhere data come from. */
@FunctionalInterface
public interface DataSource {

    /**
     * Three sets that share no image.
     *
     * @param train      to learn from
     * @param validation to rank submodels by
     * @param test       to report scores on, and for nothing else
     * @param notes      what the user should know of them, such as what was left out; a sentence or two each
     */
    record Splits(Dataset train, Dataset validation, Dataset test, List<String> notes) {

        public Splits {
            notes = List.copyOf(notes);
        }

        /** Sets of which nothing is to be said. */
        public Splits(Dataset train, Dataset validation, Dataset test) {
            this(train, validation, test, List.of());
        }
    }

    /**
     * Opens the data.
     *
     * @param base the folder that relative paths in the options start from
     * @throws IOException if files are missing or damaged; the message names the file, and is shown to the user
     */
    Splits open(Path base) throws IOException;

    /**
     * Opens the data for a task. A source that can read more than one kind of target reads the one that is wanted; any other opens as
     * usual, and what does not fit is refused later.
     *
     * @param base   as above
     * @param wanted what the task needs beside images; {@link Target.Kind#NOTHING} if what there is will not be read
     * @throws IOException as above
     */
    default Splits open(Path base, Target.Kind wanted) throws IOException {
        return open(base);
    }
}
