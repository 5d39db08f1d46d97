package io.fullynested.core.data;

import io.fullynested.api.data.DataSource;
import io.fullynested.api.data.Target;
import io.fullynested.api.plugin.Option;
import io.fullynested.core.io.InputFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

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
        return new ShardedImages(new TarShards(), colors, height, width, validation, test, keep, seed, classes).open(InputFile.resolve(base, path), wanted);
    }
}
