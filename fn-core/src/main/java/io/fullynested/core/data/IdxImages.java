package io.fullynested.core.data;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.graph.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
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
            throw new IOException(pair.labels.path() + ": holds " + pair.labels.shape()[0] + " labels for the " + pair.images.shape()[0]
                    + " images of " + pair.images.path().getFileName());
        }
        return pair;
    }

    private static Optional<Path> find(Path folder, String name) {
        return Stream.of(folder.resolve(name), folder.resolve(name + ".gz")).filter(Files::isRegularFile).findFirst();
    }

    private static Path require(Path folder, String name) throws IOException {
        return find(folder, name).orElseThrow(() -> new IOException(folder.resolve(name) + ": there is no such file, nor one with .gz "
                + "after its name"));
    }

    int size() {
        return labels.shape()[0];
    }

    int label(int index) {
        return Byte.toUnsignedInt(labels.data()[index]);
    }

    IdxImages checkLabels(int classes) throws IOException {
        for (int i = 0; i < size(); i++) {
            if (label(i) >= classes) {
                throw new IOException(labels.path() + ": the label of image " + i + " is " + label(i) + ", but there are " + classes
                        + " classes, 0.." + (classes - 1));
            }
        }
        return this;
    }

    IdxImages checkShape(IdxImages train) throws IOException {
        if (!shape().equals(train.shape())) {
            throw new IOException(images.path() + ": its images are " + shape() + ", those of " + train.images.path().getFileName()
                    + " are " + train.shape());
        }
        return this;
    }

    Shape shape() {
        return Shape.image(1, images.shape()[1], images.shape()[2]);
    }

    /** The last images of each class, as many of one as of another; if that does not divide, the first classes give one more. */
    boolean[] holdOut(int count, List<String> names) throws IOException {
        int[] wanted = new int[names.size()];
        Arrays.setAll(wanted, c -> count / names.size() + (c < count % names.size() ? 1 : 0));
        boolean[] held = new boolean[size()];
        for (int i = size() - 1; i >= 0; i--) {
            if (wanted[label(i)] > 0) {
                wanted[label(i)]--;
                held[i] = true;
            }
        }
        for (int c = 0; c < wanted.length; c++) {
            if (wanted[c] > 0) {
                throw new IOException(labels.path() + ": class '" + names.get(c) + "' has " + wanted[c] + " images too few to hold out "
                        + count + " images for validation. Maybe a smaller 'validation'?");
            }
        }
        return held;
    }

    Dataset set(List<String> names) {
        return set(names, IntStream.range(0, size()).toArray());
    }

    Dataset set(List<String> names, int[] positions) {
        return new ImageSet(shape(), names, images.data(), labels.data(), positions);
    }
}
