package io.fullynested.core.data;

import io.fullynested.api.data.DataSource;
import io.fullynested.api.data.Dataset;
import io.fullynested.api.data.Target;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.plugin.Option;
import io.fullynested.core.io.InputFile;
import io.fullynested.core.io.UnreadableException;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ProviderNotFoundException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipError;

/**
 * NumPy arrays, in a folder of {@code .npy} files or an {@code .npz} file: for each of the sets train, test and, if there is one,
 * validation the images and the labels. Images are {@code [n, H, W]}, {@code [n, C, H, W]} or {@code [n, H, W, C]}; a table is
 * {@code [n, columns]}. Samples of several parts have an array for each. Bytes are read as shares of 255, all else as it is. All images are held in memory.
 */
public record NpySource(
        @Option("the folder, or the .npz file, relative to the YAML file; or, where no labels are needed, one .npy file of images") String path,
        @Option(value = "name of the arrays of images, with the set in the place of {set}; several names if samples have several parts, one for each input of the network",
                byDefault = "'x_{set}'") List<String> images,
        @Option(value = "name of the arrays of labels: of a classification whole numbers from 0; not read if the task needs none", byDefault = "'y_{set}'") String labels,
        @Option(value = "whether channels are the first or the last dimension of an image", byDefault = "first") Channels channels,
        @Option(value = "names of the classes, by label; [] for the labels themselves", byDefault = "[]") List<String> classes,
        @Option(value = "how much of the training set to rank submodels by, if there are no arrays of a set validation or val: a share, of each class the same, or a count",
                byDefault = "10 %", min = 0.001) double validation,
        @Option(value = "most training images to use, from the first on; all if absent", min = 1) Optional<Integer> trainLimit,
        @Option(value = "of the draw of what is held out", byDefault = "1") long seed) implements DataSource {

    /** Where the channels of an image are. */
    public enum Channels {
        /** {@code [C, H, W]}, as PyTorch has them. */
        FIRST,
        /** {@code [H, W, C]}, as TensorFlow and Pillow have them. */
        LAST
    }

    /** @throws IllegalArgumentException if names of arrays lack the set, or the validation set is neither a share nor a count */
    public NpySource {
        images = List.copyOf(images);
        classes = List.copyOf(classes);
        Partition.held(validation, seed, trainLimit);
        if (images.isEmpty() || !images.stream().allMatch(name -> name.contains("{set}")) || !labels.contains("{set}")) {
            throw new IllegalArgumentException("images and labels need {set} in their names, found " + String.join(", ", images) + " and " + labels
                    + ". Maybe '{set}_images' and '{set}_labels'?");
        }
    }

    @Override
    public Splits open(Path base) throws IOException {
        return open(base, Target.Kind.CLASS);
    }

    @Override
    public Splits open(Path base, Target.Kind wanted) throws IOException {
        Path place = InputFile.resolve(base, path);
        return InputFile.read(place, () -> read(place, wanted));
    }

    private Splits read(Path place, Target.Kind wanted) throws IOException {
        if (Files.isDirectory(place)) {
            return read(place, place, wanted);
        }
        if (!Files.isRegularFile(place)) {
            throw new UnreadableException(place, "there is no such folder or file. Maybe 'path' is not relative to the YAML file?");
        }
        if (place.toString().endsWith(".npy")) {
            return alone(place, wanted);
        }
        try (FileSystem zip = FileSystems.newFileSystem(place)) {
            return read(zip.getPath("/"), place, wanted);
        } catch (UnreadableException e) {
            throw new UnreadableException(place, e.getMessage(), e);
        } catch (ProviderNotFoundException | ZipError e) {
            throw new UnreadableException(place, "not an .npz file that can be read: " + e.getMessage(), e);
        }
    }

    /** Images without targets in one array, of which all sets are drawn. */
    private Splits alone(Path file, Target.Kind wanted) throws IOException {
        if (wanted != Target.Kind.NOTHING) {
            throw new UnreadableException(file, "one array has no labels. Maybe its folder, with x_train.npy and y_train.npy?");
        }
        return Partition.held(validation, seed, trainLimit).of(images(NpyFile.read(file), Target.nothing(), new float[0]), Optional.empty(), Optional.empty(), file);
    }

    private Splits read(Path folder, Path shown, Target.Kind wanted) throws IOException {
        Target target = wanted == Target.Kind.NOTHING ? Target.nothing() : NpyTargets.target(labels(folder, shown, "train", wanted), wanted, classes);
        Dataset train = set(folder, shown, "train", target);
        // images without targets may be of one set, of which the others are drawn
        boolean alone = wanted == Target.Kind.NOTHING && !Files.exists(file(folder, images.get(0), "test"));
        Optional<Dataset> test = alone ? Optional.empty() : Optional.of(set(folder, shown, "test", target));
        Optional<String> held = List.of("validation", "val").stream().filter(set -> Files.exists(file(folder, images.get(0), set))).findFirst();
        Optional<Dataset> validationSet = held.isEmpty() ? Optional.empty() : Optional.of(set(folder, shown, held.get(), target));
        for (Dataset other : List.of(test.orElse(train), validationSet.orElse(train))) {
            if (!other.parts().equals(train.parts())) {
                throw new UnreadableException(shown, "the images of a set are " + other.shape() + ", those to train on " + train.shape());
            }
        }
        return Partition.held(validation, seed, trainLimit).of(train, validationSet, test, shown + ", " + file(folder, labels, "train").getFileName());
    }

    private static Path file(Path folder, String pattern, String set) {
        return folder.resolve(pattern.replace("{set}", set) + ".npy");
    }

    private static NpyFile require(Path folder, Path shown, String pattern, String set) throws IOException {
        Path file = file(folder, pattern, set);
        if (!Files.exists(file)) {
            throw new UnreadableException(shown, "there is no " + file.getFileName() + " in it. Maybe another name in 'images' or 'labels'?");
        }
        return NpyFile.read(file);
    }

    private NpyFile labels(Path folder, Path shown, String set, Target.Kind wanted) throws IOException {
        NpyFile array = require(folder, shown, labels, set);
        boolean column = array.shape().length == 2 && array.shape()[1] == 1;
        if (wanted == Target.Kind.CLASS && (array.type().startsWith("f") || array.shape().length != 1 && !column)) {
            throw new UnreadableException(array.path(), "labels are a row of whole numbers, found " + Arrays.toString(array.shape()) + " of "
                    + array.type() + (array.shape().length == 1 || column ? ". Maybe y.astype('int64'), or another task?"
                            : ". Maybe one-hot rows, which argmax turns into labels, or another task?"));
        }
        return array;
    }

    private Dataset set(Path folder, Path shown, String set, Target target) throws IOException {
        Dataset first = part(folder, shown, images.get(0), set, target);
        if (images.size() == 1) {
            return first;
        }
        List<Dataset> parts = new ArrayList<>(List.of(first));
        for (String more : images.subList(1, images.size())) {
            parts.add(part(folder, shown, more, set, Target.nothing()));
            if (parts.get(parts.size() - 1).size() != first.size()) {
                throw new UnreadableException(file(folder, more, set), "holds " + parts.get(parts.size() - 1).size() + " samples, "
                        + file(folder, images.get(0), set).getFileName() + " " + first.size());
            }
        }
        return new JoinedDataset(parts);
    }

    private Dataset part(Path folder, Path shown, String name, String set, Target target) throws IOException {
        NpyFile array = require(folder, shown, name, set);
        if (target.size() == 0) {
            return images(array, target, new float[0]);
        }
        NpyFile labelled = labels(folder, shown, set, target.kind());
        float[] numbers = NpyTargets.read(labelled, target);
        int count = numbers.length / target.size();
        if (array.shape()[0] != count || count == 0) {
            throw new UnreadableException(labelled.path(), "holds " + count + " labels for the " + array.shape()[0] + " images of "
                    + array.path().getFileName());
        }
        return images(array, target, numbers);
    }

    private Dataset images(NpyFile array, Target target, float[] numbers) throws IOException {
        int[] s = array.shape();
        if (s.length < 2 || s.length > 4) {
            throw new UnreadableException(array.path(), "images are an array of 2 to 4 dimensions, found " + Arrays.toString(s));
        }
        boolean last = s.length == 4 && channels == Channels.LAST;
        Shape shape = s.length == 2 ? Shape.image(s[1], 1, 1) : s.length == 3 ? Shape.image(1, s[1], s[2])
                : last ? Shape.image(s[3], s[1], s[2]) : Shape.image(s[1], s[2], s[3]);
        int pixels = shape.height() * shape.width();
        boolean bytes = array.type().equals("u1");
        byte[] codes = new byte[bytes ? array.elements() : 0];
        float[] values = new float[bytes ? 0 : array.elements()];
        for (int i = 0; i < array.elements(); i++) {
            int within = i % shape.elements();
            int from = last ? i - within + within % pixels * shape.channels() + within / pixels : i;
            if (bytes) {
                codes[i] = array.data().get(from);
            } else {
                values[i] = (float) array.number(from);
                if (!Float.isFinite(values[i])) {
                    throw new UnreadableException(array.path(), "image " + i / shape.elements() + " holds " + values[i]);
                }
            }
        }
        return bytes ? ArrayDataset.ofBytes(shape, target, codes, numbers) : ArrayDataset.ofFloats(shape, target, values, numbers);
    }
}
