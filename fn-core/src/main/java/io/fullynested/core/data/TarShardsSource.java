package io.fullynested.core.data;

import io.fullynested.api.data.DataSource;
import io.fullynested.api.data.Dataset;
import io.fullynested.api.data.Target;
import io.fullynested.api.plugin.Option;
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
 * Images in archives, as WebDataset packs them: {@code train-0000.tar} and so on, {@code validation*.tar} or {@code val*.tar}, {@code test*.tar}. Files with
 * one name up to the first point are a sample: the picture, and its class as text in {@code .cls}, a number from 0 or a name; where there is
 * none, the folder that the picture lies in is its class. Sets that have no archives are drawn. What else is in a sample is left aside.
 */
public record TarShardsSource(
        @Option("the folder of the archives, relative to the YAML file") String path,
        @Option(value = "whether images are read as 3 channels or, by their luma, as 1", byDefault = "rgb") ImageFolderSource.Colors colors,
        @Option(value = "height to resize all to; of the first image if not given", min = 1) Optional<Integer> height,
        @Option(value = "width to resize all to; of the first image if not given", min = 1) Optional<Integer> width,
        @Option(value = "how much to rank submodels by, if there are no archives of validation images: a share or a count", byDefault = "15 %", min = 0.001)
        double validation,
        @Option(value = "how much to report on, if there are no archives of test images: a share or a count", byDefault = "15 %", min = 0.001) double test,
        @Option(value = "whether decoded images stay in memory, a byte per pixel and channel and an eighth of what Java may take for each set, rather than "
                + "being decoded each time", byDefault = "true") boolean keep,
        @Option(value = "of the draw of what is held out", byDefault = "1") long seed,
        @Option(value = "names of the classes, by their number; [] for what stands in the archives", byDefault = "[]") List<String> classes)
        implements DataSource {

    /** @throws IllegalArgumentException if a set is neither a share nor a count */
    public TarShardsSource {
        classes = List.copyOf(classes);
        Partition.of(validation, test, seed, Optional.empty());
    }

    @Override
    public Splits open(Path base) throws IOException {
        return open(base, Target.Kind.CLASS);
    }

    @Override
    public Splits open(Path base, Target.Kind wanted) throws IOException {
        Path folder = InputFile.resolve(base, path);
        return InputFile.read(folder, () -> read(folder, wanted));
    }

    private Splits read(Path folder, Target.Kind wanted) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new UnreadableException(folder, "there is no such folder of archives. Maybe 'path' is not relative to the YAML file?");
        }
        if (wanted != Target.Kind.CLASS && wanted != Target.Kind.NOTHING) {
            throw new UnreadableException(folder, "archives give one class to each image, not " + wanted.noun() + ". Maybe a table, or arrays?");
        }
        List<Path> tested = archives(folder, "test.*");
        List<Path> held = archives(folder, "val.*");
        List<Path> named = archives(folder, "train.*");
        List<Path> learnt = !named.isEmpty() ? named : archives(folder, "(?!test|val).*");
        boolean labelled = wanted == Target.Kind.CLASS;
        TarShards train = TarShards.read(folder, learnt, labelled);
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

    private Optional<Dataset> set(Path folder, List<Path> archives, List<String> names, ImageDecoder decoder, List<String> notes) throws IOException {
        return archives.isEmpty() ? Optional.empty()
                : Optional.of(TarShards.read(folder, archives, !names.isEmpty()).files(names).dataset(decoder, most(), notes));
    }

    /** Bytes of pixels of a set that may stay in memory. */
    private long most() {
        return keep ? Runtime.getRuntime().maxMemory() / 8 : 0;
    }

    private static List<Path> archives(Path folder, String name) throws IOException {
        try (Stream<Path> inner = Files.list(folder)) {
            return inner.filter(file -> file.getFileName().toString().matches(name + "\\.(tar|tar\\.gz|tgz)")).sorted().toList();
        }
    }
}
