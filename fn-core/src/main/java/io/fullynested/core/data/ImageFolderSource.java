package io.fullynested.core.data;

import io.fullynested.api.data.DataSource;
import io.fullynested.api.data.Dataset;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.plugin.Option;
import io.fullynested.core.io.InputFile;
import io.fullynested.core.io.UnreadableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Folders of images, {@code train/CLASS/*.png} and the same below {@code test} and, if there is one, {@code validation} or {@code val}:
 * PNG, JPEG, GIF or BMP. Classes are sorted by name, images of a class too.
 */
public record ImageFolderSource(
        @Option("the folder, relative to the YAML file") String path,
        @Option(value = "whether images are read as 3 channels or, by their luma, as 1", byDefault = "rgb") Colors colors,
        @Option(value = "rows that images are resized to; if absent, all must have those of the first", min = 1) Optional<Integer> height,
        @Option(value = "columns that images are resized to; if absent, all must have those of the first", min = 1) Optional<Integer> width,
        @Option(value = "images to take class by class from the end of the training set, if there is no folder of validation images",
                byDefault = "5000", min = 1) int validation,
        @Option(value = "whether decoded images stay in memory, a byte per pixel and channel, rather than being decoded each time",
                byDefault = "true") boolean keep) implements DataSource {

    /** What of the colours is read. */
    public enum Colors {
        /** Red, green and blue. */
        RGB,
        /** 0.299 red + 0.587 green + 0.114 blue (ITU-R BT.601). */
        GRAY
    }

    @Override
    public Splits open(Path base) throws IOException {
        Path folder = InputFile.resolve(base, path);
        return InputFile.read(folder, () -> read(folder));
    }

    private Splits read(Path folder) throws IOException {
        for (String set : List.of("train", "test")) {
            if (!Files.isDirectory(folder.resolve(set))) {
                throw new UnreadableException(folder.resolve(set), "there is no such folder of images. Maybe 'path' is not relative to the YAML file?");
            }
        }
        List<String> classes = names(folder.resolve("train"));
        if (classes.isEmpty()) {
            throw new UnreadableException(folder.resolve("train"), "there is no sub-folder in it. Maybe one for each class is missing?");
        }
        ImageFiles train = ImageFiles.list(folder.resolve("train"), classes);
        Shape first = ImageDecoder.size(train.files().get(0));
        ImageDecoder decoder = new ImageDecoder(
                Shape.image(colors == Colors.RGB ? 3 : 1, height.orElse(first.height()), width.orElse(first.width())),
                height.isEmpty(), width.isEmpty());
        Optional<Path> held = Stream.of("validation", "val").map(folder::resolve).filter(Files::isDirectory).findFirst();
        Optional<Dataset> validationSet = held.isEmpty() ? Optional.empty() : Optional.of(set(held.get(), classes, decoder));
        return Partition.of(train.dataset(decoder, keep), validationSet, set(folder.resolve("test"), classes, decoder), validation,
                Optional.empty(), folder.resolve("train"));
    }

    private Dataset set(Path folder, List<String> classes, ImageDecoder decoder) throws IOException {
        for (String name : names(folder)) {
            if (!classes.contains(name)) {
                throw new UnreadableException(folder.resolve(name), "there is no class of this name to train on; there are " + classes);
            }
        }
        return ImageFiles.list(folder, classes).dataset(decoder, keep);
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> inner = Files.list(folder)) {
            return inner.filter(Files::isDirectory).map(child -> child.getFileName().toString()).filter(name -> !name.startsWith("."))
                    .sorted().toList();
        }
    }
}
