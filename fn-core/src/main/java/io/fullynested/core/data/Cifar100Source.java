package io.fullynested.core.data;

import io.fullynested.api.data.DataSource;
import io.fullynested.api.data.Dataset;
import io.fullynested.api.plugin.Option;
import io.fullynested.core.io.InputFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** CIFAR-100 in its binary version: a folder of {@code train.bin} and {@code test.bin}. */
public record Cifar100Source(
        @Option("the folder cifar-100-binary, relative to the YAML file") String path,
        @Option(value = "the 100 classes, or the 20 groups of them", byDefault = "fine") Detail classes,
        @Option(value = "how much of the training set to rank submodels by: a share, of each class the same, or a count",
                byDefault = "10 %", min = 0.001) double validation,
        @Option(value = "most training images to use, from the first on; all if absent", min = 1) Optional<Integer> trainLimit,
        @Option(value = "of the draw of what is held out", byDefault = "1") long seed) implements DataSource {

    private static final String ARCHIVE = "cifar-100-binary.tar.gz";

    /** Which of its two labels an image is told by. */
    public enum Detail {
        /** 100 classes. */
        FINE,
        /** 20 groups of five classes. */
        COARSE
    }

    /** @throws IllegalArgumentException if the validation set is neither a share nor a count */
    public Cifar100Source {
        Partition.held(validation, seed, trainLimit);
    }

    @Override
    public Splits open(Path base) throws IOException {
        Path folder = InputFile.resolve(base, path);
        return InputFile.read(folder, () -> read(folder));
    }

    private Splits read(Path folder) throws IOException {
        // the coarse label comes first
        CifarFile format = new CifarFile(2, classes == Detail.FINE ? 1 : 0);
        List<Path> train = CifarFile.find(folder, "train\\.bin", "train.bin", ARCHIVE);
        String names = classes.name().toLowerCase(Locale.ROOT) + "_label_names.txt";
        List<String> labels = CifarFile.names(folder.resolve(names), classes == Detail.FINE ? 100 : 20);
        Dataset test = format.read(CifarFile.find(folder, "test\\.bin", "test.bin", ARCHIVE), labels);
        return Partition.held(validation, seed, trainLimit).of(format.read(train, labels), Optional.empty(), Optional.of(test), train.get(0));
    }
}
