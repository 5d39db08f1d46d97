package io.fullynested.core.data;

import io.fullynested.api.data.DataSource;
import io.fullynested.api.data.Dataset;
import io.fullynested.api.plugin.Option;
import io.fullynested.core.io.InputFile;
import io.fullynested.core.io.UnreadableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A folder of IDX files, gzip or plain: {@code train-images-idx3-ubyte}, {@code train-labels-idx1-ubyte} and the same with
 * {@code t10k} for the test set, as MNIST, Fashion-MNIST and their kin come; with {@code validation} for a validation set, if there
 * is one. All images are held in memory, a byte per pixel.
 */
public record IdxSource(
        @Option("the folder, relative to the YAML file") String path,
        @Option(value = "names of the classes, by label; [] for the labels themselves", byDefault = "[]") List<String> classes,
        @Option(value = "how much of the training set to rank submodels by, if the folder has no validation files: a share, of each class the same, or a count",
                byDefault = "10 %", min = 0.001) double validation,
        @Option(value = "most training images to use, from the first on; all if absent", min = 1) Optional<Integer> trainLimit,
        @Option(value = "of the draw of what is held out", byDefault = "1") long seed) implements DataSource {

    /** @throws IllegalArgumentException if the validation set is neither a share nor a count */
    public IdxSource {
        classes = List.copyOf(classes);
        Partition.held(validation, seed, trainLimit);
    }

    @Override
    public Splits open(Path base) throws IOException {
        Path folder = InputFile.resolve(base, path);
        return InputFile.read(folder, () -> read(folder));
    }

    private Splits read(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new UnreadableException(folder, "there is no such folder of IDX files. Maybe 'path' is not relative to the YAML file?");
        }
        IdxImages train = IdxImages.read(folder, "train");
        IdxImages test = IdxImages.read(folder, "t10k");
        List<String> names = Labels.names(classes, train.labelNumbers(), train.labels().path());
        train.checkLabels(names.size());
        test.checkLabels(names.size()).checkShape(train);
        Optional<Dataset> held = IdxImages.exist(folder, "validation")
                ? Optional.of(IdxImages.read(folder, "validation").checkLabels(names.size()).checkShape(train).set(names)) : Optional.empty();
        return Partition.held(validation, seed, trainLimit).of(train.set(names), held, Optional.of(test.set(names)), train.labels().path());
    }
}
