package io.fullynested.core.data;

import io.fullynested.api.data.DataSource;
import io.fullynested.api.plugin.Factory;
import io.fullynested.api.plugin.FullyNestedPlugin;
import java.util.List;

/** The built-in data sources. */
public final class DataPlugin implements FullyNestedPlugin {

    @Override
    public String name() {
        return "data";
    }

    @Override
    public List<Factory<DataSource>> dataSources() {
        return List.of(
                source("idx", "a folder of IDX files, as MNIST and Fashion-MNIST come", IdxSource.class),
                source("cifar-10", "a folder of CIFAR-10's binary files", Cifar10Source.class),
                source("cifar-100", "a folder of CIFAR-100's binary files", Cifar100Source.class),
                source("image-folder", "folders of PNG and JPEG files, one for each class", ImageFolderSource.class),
                source("tar-shards", "images and their classes in .tar files, as WebDataset packs them", TarShardsSource.class),
                source("npy", "NumPy arrays of images or tables, .npy or .npz", NpySource.class),
                source("csv", "a table of numbers and a class", CsvSource.class),
                source("in-memory", "what a Java program hands over", InMemory.class));
    }

    private static <R extends Record> Factory<DataSource> source(String kind, String summary, Class<R> type) {
        return Factory.of(kind, summary, type, DataSource.class);
    }
}
