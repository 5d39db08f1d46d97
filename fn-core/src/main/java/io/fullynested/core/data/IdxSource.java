package io.fullynested.core.data;

import io.fullynested.api.data.DataSource;
import io.fullynested.api.plugin.Option;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A folder of IDX files, gzip or plain: {@code train-images-idx3-ubyte}, {@code train-labels-idx1-ubyte} and the same with
 * {@code t10k} for the test set, as MNIST, Fashion-MNIST and their kin come; with {@code validation} for a validation set, if there
 * is one. All images are held in memory, a byte per pixel.
 */
public record IdxSource(
        @Option("the folder, relative to the YAML file") String path,
        @Option(value = "names of the classes, by label; [] for the labels themselves", byDefault = "[]") List<String> classes,
        @Option(value = "images to take class by class from the end of the training set, if the folder has no validation files",
                byDefault = "5000", min = 1) int validation,
        @Option(value = "most training images to use, from the first on; all if absent", min = 1) Optional<Integer> trainLimit)
        implements DataSource {

    public IdxSource {
        classes = List.copyOf(classes);
    }

    @Override
    public Splits open(Path base) throws IOException {
        Path folder = base.resolve(path);
        if (!Files.isDirectory(folder)) {
            throw new IOException(folder + ": there is no such folder of IDX files. Maybe 'path' is not relative to the YAML file?");
        }
        IdxImages train = IdxImages.read(folder, "train");
        IdxImages test = IdxImages.read(folder, "t10k");
        int count = classes.isEmpty() ? 1 + IntStream.range(0, train.size()).map(train::label).max().orElseThrow() : classes.size();
        List<String> names = classes.isEmpty() ? IntStream.range(0, count).mapToObj(String::valueOf).toList() : classes;
        train.checkLabels(count);
        test.checkLabels(count).checkShape(train);
        int[] all = IntStream.range(0, train.size()).toArray();
        if (IdxImages.exist(folder, "validation")) {
            IdxImages held = IdxImages.read(folder, "validation").checkLabels(count).checkShape(train);
            return new Splits(train.set(names, limited(all)), held.set(names), test.set(names));
        }
        boolean[] held = train.holdOut(validation, names);
        int[] rest = Arrays.stream(all).filter(i -> !held[i]).toArray();
        if (rest.length == 0) {
            throw new IOException(train.labels().path() + ": all " + all.length + " images would be held out for validation, none is left to "
                    + "train on. Maybe a smaller 'validation'?");
        }
        return new Splits(train.set(names, limited(rest)), train.set(names, Arrays.stream(all).filter(i -> held[i]).toArray()),
                test.set(names));
    }

    private int[] limited(int[] positions) {
        return Arrays.copyOf(positions, Math.min(positions.length, trainLimit.orElse(positions.length)));
    }
}
