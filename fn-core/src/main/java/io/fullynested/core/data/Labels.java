package io.fullynested.core.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Labels of a file. */
final class Labels {

    private Labels() {
    }

    /** The names that were given, or the labels themselves, 0 up to the greatest. */
    static List<String> names(List<String> given, int[] labels) {
        return given.isEmpty() ? IntStream.rangeClosed(0, Arrays.stream(labels).max().orElse(0)).mapToObj(String::valueOf).toList() : given;
    }

    /** @throws IOException if there is a label without a class, naming the file and the image */
    static void check(int[] labels, int classes, Path file) throws IOException {
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] < 0 || labels[i] >= classes) {
                throw new IOException(file + ": the label of image " + i + " is " + labels[i] + ", but there are " + classes + " classes, 0.."
                        + (classes - 1));
            }
        }
    }

    static int[] unsigned(byte[] labels) {
        return IntStream.range(0, labels.length).map(i -> Byte.toUnsignedInt(labels[i])).toArray();
    }
}
