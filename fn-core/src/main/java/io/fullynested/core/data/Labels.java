package io.fullynested.core.data;

import io.fullynested.core.io.UnreadableException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Labels of a file. */
final class Labels {

    private Labels() {
    }

    /**
     * The names that were given, or the labels themselves, 0 up to the greatest.
     *
     * @throws UnreadableException if no name is given and a label is left out: then they do not count from 0, or are no labels
     */
    static List<String> names(List<String> given, int[] labels, Path file) throws UnreadableException {
        if (!given.isEmpty()) {
            return given;
        }
        int[] distinct = Arrays.stream(labels).sorted().distinct().toArray();
        for (int i = 0; i < distinct.length; i++) {
            if (distinct[i] != i) {
                throw new UnreadableException(file, "labels count from 0, and there is none of " + i + "; there are " + distinct[0] + ".."
                        + distinct[distinct.length - 1] + ". Maybe " + (i == 0 && distinct[0] == 1 ? "subtract 1 from each" : "name the classes with 'classes'")
                        + "?");
            }
        }
        return Arrays.stream(distinct).mapToObj(String::valueOf).toList();
    }

    /** @throws IOException if there is a label without a class, naming the file and the image */
    static void check(int[] labels, int classes, Path file) throws IOException {
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] < 0 || labels[i] >= classes) {
                throw new UnreadableException(file, "the label of image " + i + " is " + labels[i] + ", but there are " + classes + " classes, 0.."
                        + (classes - 1));
            }
        }
    }

    static int[] unsigned(byte[] labels) {
        return IntStream.range(0, labels.length).map(i -> Byte.toUnsignedInt(labels[i])).toArray();
    }
}
