package io.fullynested.core.data;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.graph.Shape;
import io.fullynested.core.io.UnreadableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Files of the binary version of CIFAR (Krizhevsky, Learning multiple layers of features from tiny images, 2009): records of one or two
 * labels of a byte each, then 1,024 bytes of red, of green and of blue, row by row. All images are held in memory.
 *
 * @param labels bytes of labels before each image
 * @param used   which of them is the label
 */
record CifarFile(int labels, int used) {

    private static final Shape SHAPE = Shape.image(3, 32, 32);

    /** Reads the images of some files, one after the other. */
    Dataset read(List<Path> files, List<String> classes) throws IOException {
        int record = labels + SHAPE.elements();
        List<byte[]> contents = new ArrayList<>();
        long images = 0;
        for (Path file : files) {
            byte[] content = Files.readAllBytes(file);
            if (content.length == 0 || content.length % record != 0) {
                throw new UnreadableException(file, "its " + content.length + " bytes are not records of " + record + " bytes each. Maybe a download "
                        + "that broke off, or a file of the other CIFAR?");
            }
            contents.add(content);
            images += content.length / record;
        }
        if (images * SHAPE.elements() > Integer.MAX_VALUE - 8) {
            throw new UnreadableException(files.get(0).getParent(), images + " images of " + SHAPE + " are more than the 2 GiB that are held in memory");
        }
        byte[] pixels = new byte[(int) images * SHAPE.elements()];
        int[] numbers = new int[(int) images];
        int next = 0;
        for (int f = 0; f < contents.size(); f++) {
            byte[] content = contents.get(f);
            for (int start = 0; start < content.length; start += record, next++) {
                numbers[next] = Byte.toUnsignedInt(content[start + used]);
                if (numbers[next] >= classes.size()) {
                    throw new UnreadableException(files.get(f), "the label of image " + start / record + ", at byte " + (start + used) + ", is "
                            + numbers[next] + ", but there are " + classes.size() + " classes");
                }
                System.arraycopy(content, start + labels, pixels, next * SHAPE.elements(), SHAPE.elements());
            }
        }
        return ArrayDataset.ofBytes(SHAPE, classes, pixels, numbers);
    }

    /** The files of a folder whose names match, sorted. */
    static List<Path> find(Path folder, String pattern, String example, String archive) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new UnreadableException(folder, "there is no such folder. Maybe 'path' is not relative to the YAML file?");
        }
        try (Stream<Path> all = Files.list(folder)) {
            List<Path> found = all.filter(file -> file.getFileName().toString().matches(pattern)).sorted().toList();
            if (found.isEmpty()) {
                throw new UnreadableException(folder, "there is no file like " + example + " in it. Maybe unpack "
                        + archive + " there?");
            }
            return found;
        }
    }

    /** The names in a text file, one a line; the labels themselves if it is not there. */
    static List<String> names(Path file, int count) throws IOException {
        List<String> names = Files.exists(file) ? Files.readAllLines(file).stream().map(String::strip).filter(line -> !line.isEmpty()).toList()
                : Stream.iterate(0, i -> i + 1).limit(count).map(String::valueOf).toList();
        if (names.size() != count) {
            throw new UnreadableException(file, "has " + names.size() + " names, not one for each of " + count + " classes");
        }
        return names;
    }
}
