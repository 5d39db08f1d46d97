package io.fullynested.core.data;

import io.fullynested.api.data.DataSource.Splits;
import io.fullynested.api.data.Dataset;
import io.fullynested.api.data.Target;
import io.fullynested.core.io.InputFile;
import io.fullynested.core.io.UnreadableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The sets in a folder of files that hold many pictures each: {@code train-0000} and so on, {@code validation} or {@code val}, {@code test}. Sets that have no
 * files are drawn. Of an image some 200 bytes are held, not its own.
 *
 * @param format     what the files are
 * @param colors     whether images become 3 channels or 1
 * @param height     to resize all to; of the first image if empty
 * @param width      likewise
 * @param validation how much to hold out, if there are no such files: a share or a count
 * @param test       likewise
 * @param keep       whether decoded images stay in memory, as far as an eighth of it holds them
 * @param seed       of the draw of what is held out
 * @param classes    their names, by number; empty for what the files say
 */
public record ShardedImages(ShardFormat format, ImageFolderSource.Colors colors, Optional<Integer> height, Optional<Integer> width, double validation, double test,
                            boolean keep, long seed, List<String> classes) {

    /** @throws IllegalArgumentException if a set is neither a share nor a count */
    public ShardedImages {
        classes = List.copyOf(classes);
        Partition.of(validation, test, seed, Optional.empty());
    }

    /**
     * Looks through the files of a folder.
     *
     * @throws UnreadableException if one cannot be read, or does not give what is wanted
     */
    public Splits open(Path folder, Target.Kind wanted) throws IOException {
        return InputFile.read(folder, () -> read(folder, wanted));
    }

    private Splits read(Path folder, Target.Kind wanted) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new UnreadableException(folder, "there is no such folder of archives. Maybe 'path' is not relative to the YAML file?");
        }
        if (wanted != Target.Kind.CLASS && wanted != Target.Kind.NOTHING) {
            throw new UnreadableException(folder, "archives give one class to each image, not " + wanted.noun() + ". Maybe a table, or arrays?");
        }
        List<Path> tested = shards(folder, "test.*");
        List<Path> held = shards(folder, "val.*");
        List<Path> named = shards(folder, "train.*");
        List<Path> learnt = !named.isEmpty() ? named : shards(folder, "(?!test|val).*");
        boolean labelled = wanted == Target.Kind.CLASS;
        Shards train = Shards.read(folder, learnt, labelled, format);
        List<String> names = labelled ? train.names(classes) : List.of();
        ImageFiles files = train.files(names);
        ImageDecoder decoder = ImageDecoder.of(files.files().get(0), colors.channels(), height, width);
        List<String> notes = new ArrayList<>();
        Dataset all = files.dataset(decoder, most(), notes);
        Optional<Dataset> validationSet = set(folder, held, names, decoder, notes);
        Optional<Dataset> testSet = set(folder, tested, names, decoder, notes);
        Splits splits = Partition.of(validation, test, seed, Optional.empty()).of(all, validationSet, testSet, folder);
        notes.addAll(splits.notes());
        return new Splits(splits.train(), splits.validation(), splits.test(), notes);
    }

    private Optional<Dataset> set(Path folder, List<Path> shards, List<String> names, ImageDecoder decoder, List<String> notes) throws IOException {
        return shards.isEmpty() ? Optional.empty()
                : Optional.of(Shards.read(folder, shards, !names.isEmpty(), format).files(names).dataset(decoder, most(), notes));
    }

    /** Bytes of pixels of a set that may stay in memory. */
    private long most() {
        return keep ? Runtime.getRuntime().maxMemory() / 8 : 0;
    }

    /** Compressed ones, too, to be refused by what reads them. */
    private List<Path> shards(Path folder, String name) throws IOException {
        String ending = format.ending().replace(".", "\\.");
        try (Stream<Path> inner = Files.list(folder)) {
            return inner.filter(file -> file.getFileName().toString().matches(name + "(" + ending + "|" + ending + "\\.gz|\\.tgz)")).sorted().toList();
        }
    }
}
