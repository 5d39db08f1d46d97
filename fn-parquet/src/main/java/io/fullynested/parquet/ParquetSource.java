package io.fullynested.parquet;

import io.fullynested.api.data.DataSource;
import io.fullynested.api.data.Target;
import io.fullynested.api.plugin.Option;
import io.fullynested.core.data.ImageFolderSource.Colors;
import io.fullynested.core.data.ShardedImages;
import io.fullynested.core.io.InputFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Images in Parquet files, as data sets are often given away: {@code train*.parquet}, {@code validation*.parquet} or {@code val*.parquet}, {@code test*.parquet}.
 * A row is an image: its bytes, as a PNG or JPEG file has them, in one column, and its class in another. The bytes are copied into temporary files,
 * which go when the program ends: in Parquet no row can be found without unpacking those beside it. Sets that have no files are drawn.
 */
public record ParquetSource(
        @Option("the folder of the files, relative to the YAML file") String path,
        @Option(value = "the column of the images' bytes, or a group with a part 'bytes'", byDefault = "image") String image,
        @Option(value = "the column of the classes, numbers from 0 or names", byDefault = "label") String label,
        @Option(value = "whether images are read as 3 channels or, by their luma, as 1", byDefault = "rgb") Colors colors,
        @Option(value = "height to resize all to; of the first image if not given", min = 1) Optional<Integer> height,
        @Option(value = "width to resize all to; of the first image if not given", min = 1) Optional<Integer> width,
        @Option(value = "how much to rank submodels by, if there are no files of validation images: a share or a count", byDefault = "15 %", min = 0.001) double validation,
        @Option(value = "how much to report on, if there are no files of test images: a share or a count", byDefault = "15 %", min = 0.001) double test,
        @Option(value = "whether decoded images stay in memory, a byte per pixel and channel and an eighth of what Java may take for each set, rather than "
                + "being decoded each time", byDefault = "true") boolean keep,
        @Option(value = "of the draw of what is held out", byDefault = "1") long seed,
        @Option(value = "names of the classes, by their number; [] for what stands in the files", byDefault = "[]") List<String> classes)
        implements DataSource {

    /** @throws IllegalArgumentException if a set is neither a share nor a count */
    public ParquetSource {
        classes = List.copyOf(classes);
        new ShardedImages(new ParquetShards(image, label), colors, height, width, validation, test, keep, seed, classes);
    }

    @Override
    public Splits open(Path base) throws IOException {
        return open(base, Target.Kind.CLASS);
    }

    @Override
    public Splits open(Path base, Target.Kind wanted) throws IOException {
        return new ShardedImages(new ParquetShards(image, label), colors, height, width, validation, test, keep, seed, classes)
                .open(InputFile.resolve(base, path), wanted);
    }
}
