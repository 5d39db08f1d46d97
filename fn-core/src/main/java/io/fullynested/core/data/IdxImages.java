package io.fullynested.core.data;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.graph.Shape;
import io.fullynested.core.io.UnreadableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The images and the labels of one set. */
record IdxImages(IdxFile images, IdxFile labels) {

    private static final String IMAGES = "-images-idx3-ubyte";
    private static final String LABELS = "-labels-idx1-ubyte";

    /** Whether the folder has images or labels of a set. */
    static boolean exist(Path folder, String set) {
        return find(folder, set + IMAGES).isPresent() || find(folder, set + LABELS).isPresent();
    }

    static IdxImages read(Path folder, String set) throws IOException {
        IdxImages pair = new IdxImages(IdxFile.read(require(folder, set + IMAGES), 3), IdxFile.read(require(folder, set + LABELS), 1));
        if (pair.images.shape()[0] != pair.labels.shape()[0]) {
            throw new UnreadableException(pair.labels.path(), "holds " + pair.labels.shape()[0] + " labels for the " + pair.images.shape()[0]
                    + " images of " + pair.images.path().getFileName());
        }
        return pair;
    }

    private static Optional<Path> find(Path folder, String name) {
        return Stream.of(folder.resolve(name), folder.resolve(name + ".gz")).filter(Files::isRegularFile).findFirst();
    }

    private static Path require(Path folder, String name) throws IOException {
        return find(folder, name).orElseThrow(() -> new UnreadableException(folder.resolve(name), "there is no such file, nor one with .gz "
                + "after its name"));
    }

    int[] labelNumbers() {
        return Labels.unsigned(labels.data());
    }

    IdxImages checkLabels(int classes) throws IOException {
        Labels.check(labelNumbers(), classes, labels.path());
        return this;
    }

    IdxImages checkShape(IdxImages train) throws IOException {
        if (!shape().equals(train.shape())) {
            throw new UnreadableException(images.path(), "its images are " + shape() + ", those of " + train.images.path().getFileName()
                    + " are " + train.shape());
        }
        return this;
    }

    Shape shape() {
        return Shape.image(1, images.shape()[1], images.shape()[2]);
    }

    Dataset set(List<String> names) {
        return ArrayDataset.ofBytes(shape(), names, images.data(), labelNumbers());
    }
}
