package io.fullynested.core.data;

import io.fullynested.api.data.DataSource;
import io.fullynested.api.data.Dataset;
import io.fullynested.api.data.Target;
import io.fullynested.api.graph.Shape;
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
 * Folders of images, {@code train/CLASS/*.png} and the same below {@code test} and {@code validation} or {@code val}; without {@code train}, one folder
 * {@code CLASS/*.png} of all images. Sets that have no folder are drawn. PNG, JPEG, GIF, BMP or TIFF, as people see them: turned as their Exif
 * says, and in the colours of a screen. Classes are sorted by name, images of a class too. What is no picture is left out.
 */
public record ImageFolderSource(
        @Option("the folder, relative to the YAML file") String path,
        @Option(value = "whether images are read as 3 channels or, by their luma, as 1", byDefault = "rgb") Colors colors,
        @Option(value = "rows that images are resized to; if absent, all must have those of the first", min = 1) Optional<Integer> height,
        @Option(value = "columns that images are resized to; if absent, all must have those of the first", min = 1) Optional<Integer> width,
        @Option(value = "how much to rank submodels by, if there is no folder of validation images: a share, of each class the same, or a count",
                byDefault = "10 %", min = 0.001) double validation,
        @Option(value = "how much to report on, if there is no folder of test images: a share or a count", byDefault = "15 %", min = 0.001) double test,
        @Option(value = "whether decoded images stay in memory, a byte per pixel and channel and an eighth of what Java may take for each set, rather than "
                + "being decoded each time", byDefault = "true") boolean keep,
        @Option(value = "of the draw of what is held out", byDefault = "1") long seed,
        @Option(value = "names of the classes of pixels, by the value that they have in masks; [] for the values themselves", byDefault = "[]")
        List<String> classes) implements DataSource {

    /** What of the colours is read. */
    public enum Colors {
        /** Red, green and blue. */
        RGB,
        /** 0.299 red + 0.587 green + 0.114 blue (ITU-R BT.601). */
        GRAY;

        int channels() {
            return this == RGB ? 3 : 1;
        }
    }

    /** @throws IllegalArgumentException if a set is neither a share nor a count */
    public ImageFolderSource {
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
            throw new UnreadableException(folder, "there is no such folder of images. Maybe 'path' is not relative to the YAML file?");
        }
        Optional<Path> tested = folder(folder, "test");
        Optional<Path> held = folder(folder, "validation", "val");
        Optional<Path> learnt = folder(folder, "train");
        if (learnt.isEmpty() && (tested.isPresent() || held.isPresent())) {
            throw new UnreadableException(folder.resolve("train"), "there is no such folder of images beside " + tested.or(() -> held).get().getFileName());
        }
        Path root = learnt.orElse(folder);
        List<String> names = wanted == Target.Kind.CLASS ? names(root) : List.of();
        if (wanted == Target.Kind.CLASS && names.isEmpty()) {
            throw new UnreadableException(root, "there is no sub-folder in it. Maybe one for each class is missing?");
        }
        ImageFiles train = files(root, wanted, names);
        ImageDecoder decoder = ImageDecoder.of(train.files().get(0), colors.channels(), height, width);
        List<String> notes = new ArrayList<>();
        Dataset all = set(root, train, Optional.empty(), decoder, notes);
        Optional<Dataset> validationSet = held.isEmpty() ? Optional.empty() : Optional.of(set(held.get(), all, names, decoder, notes));
        Optional<Dataset> testSet = tested.isEmpty() ? Optional.empty() : Optional.of(set(tested.get(), all, names, decoder, notes));
        Splits splits = Partition.of(validation, test, seed, Optional.empty()).of(all, validationSet, testSet, root);
        notes.addAll(splits.notes());
        return new Splits(splits.train(), splits.validation(), splits.test(), notes);
    }

    private static ImageFiles files(Path set, Target.Kind wanted, List<String> names) throws IOException {
        return switch (wanted) {
            case CLASS -> ImageFiles.list(set, names);
            case NOTHING -> ImageFiles.unlabelled(set);
            case CLASS_OF_PIXELS -> ImageFiles.unlabelled(Masks.images(set)).with(Target.classOfPixels(List.of(), 1, 1), (index, into, from) -> { });
            default -> throw new UnreadableException(set, "folders give one class to each image, not " + wanted.noun() + ". Maybe a table, or arrays?");
        };
    }

    private Dataset set(Path folder, Dataset train, List<String> names, ImageDecoder decoder, List<String> notes) throws IOException {
        for (String name : names.isEmpty() ? List.<String>of() : names(folder)) {
            if (!names.contains(name)) {
                throw new UnreadableException(folder.resolve(name), "there is no class of this name to train on; there are " + names);
            }
        }
        return set(folder, files(folder, train.target().kind(), names), Optional.of(train.target()), decoder, notes);
    }

    /** @param known what targets are in the training set; empty for that set itself */
    private Dataset set(Path folder, ImageFiles files, Optional<Target> known, ImageDecoder decoder, List<String> notes) throws IOException {
        if (files.target().kind() != Target.Kind.CLASS_OF_PIXELS) {
            return files.dataset(decoder, most(), notes);
        }
        Shape shape = decoder.shape();
        Masks masks = Masks.read(folder, files.files().stream().map(PictureFile::path).toList(), shape);
        List<String> names = known.isPresent() ? known.get().names() : Labels.names(classes, masks.distinct(), folder);
        Labels.check(masks.distinct(), names.size(), folder);
        return files.with(Target.classOfPixels(names, shape.height(), shape.width()), masks::read).dataset(decoder, most(), notes);
    }

    /** Bytes of pixels of a set that may stay in memory. */
    private long most() {
        return keep ? Runtime.getRuntime().maxMemory() / 8 : 0;
    }

    private static Optional<Path> folder(Path folder, String... names) {
        return Stream.of(names).map(folder::resolve).filter(Files::isDirectory).findFirst();
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> inner = Files.list(folder)) {
            return inner.filter(Files::isDirectory).map(child -> child.getFileName().toString()).filter(name -> !name.startsWith("."))
                    .sorted().toList();
        }
    }
}
