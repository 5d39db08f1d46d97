package io.fullynested.core.data;

import io.fullynested.api.data.DataSource;
import io.fullynested.api.data.Dataset;
import io.fullynested.api.plugin.Option;
import io.fullynested.core.io.InputFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** CIFAR-10 in its binary version: a folder of {@code data_batch_1.bin} and further ones, and {@code test_batch.bin}. */
public record Cifar10Source(
        @Option("the folder cifar-10-batches-bin, relative to the YAML file") String path,
        @Option(value = "how much of the training set to rank submodels by: a share, of each class the same, or a count",
                byDefault = "10 %", min = 0.001) double validation,
        @Option(value = "most training images to use, from the first on; all if absent", min = 1) Optional<Integer> trainLimit,
        @Option(value = "of the draw of what is held out", byDefault = "1") long seed) implements DataSource {

    private static final CifarFile FORMAT = new CifarFile(1, 0);
    private static final String ARCHIVE = "cifar-10-binary.tar.gz";

    /** @throws IllegalArgumentException if the validation set is neither a share nor a count */
    public Cifar10Source {
        Partition.held(validation, seed, trainLimit);
    }

    @Override
    public Splits open(Path base) throws IOException {
        Path folder = InputFile.resolve(base, path);
        return InputFile.read(folder, () -> read(folder));
    }

    private Splits read(Path folder) throws IOException {
        List<Path> batches = CifarFile.find(folder, "data_batch_\\d+\\.bin", "data_batch_1.bin", ARCHIVE);
        List<String> classes = CifarFile.names(folder.resolve("batches.meta.txt"), 10);
        Dataset test = FORMAT.read(CifarFile.find(folder, "test_batch\\.bin", "test_batch.bin", ARCHIVE), classes);
        return Partition.held(validation, seed, trainLimit).of(FORMAT.read(batches, classes), Optional.empty(), Optional.of(test), folder);
    }
}
