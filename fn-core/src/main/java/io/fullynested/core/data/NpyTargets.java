package io.fullynested.core.data;

import io.fullynested.api.data.Target;
import io.fullynested.core.io.UnreadableException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Reads targets from arrays: {@code [n]} classes, {@code [n]} or {@code [n, k]} quantities or labels, {@code [n, H, W]} classes of pixels. */
final class NpyTargets {

    /** The class that pixels have which do not count, as Pascal VOC has it. */
    private static final int VOID = 255;

    private NpyTargets() {
    }

    /**
     * What an array holds.
     *
     * @param array  of the training set
     * @param wanted what it is to be read as
     * @param names  of the classes, quantities or labels; if empty, numbers
     */
    static Target target(NpyFile array, Target.Kind wanted, List<String> names) throws UnreadableException {
        int[] shape = array.shape();
        int width = shape.length == 2 ? shape[1] : 1;
        List<String> counted = names.size() == width ? names : IntStream.rangeClosed(1, width).mapToObj(String::valueOf).toList();
        return switch (wanted) {
            case CLASS -> Target.classes(Labels.names(names, labels(array), array.path()));
            case NUMBERS -> Target.numbers(counted);
            case LABELS -> Target.labels(counted);
            case CLASS_OF_PIXELS -> {
                require(array, shape.length == 3 && !array.type().startsWith("f"), "masks are whole numbers [n, H, W]", "one class for each pixel");
                int[] known = Arrays.stream(labels(array)).filter(label -> label != VOID).toArray();
                yield Target.classOfPixels(Labels.names(names, known, array.path()), shape[1], shape[2]);
            }
            case NOTHING -> Target.nothing();
        };
    }

    /** The numbers of an array, one target after the other. */
    static float[] read(NpyFile array, Target target) throws IOException {
        int[] shape = array.shape();
        switch (target.kind()) {
            case CLASS -> {
                int[] labels = labels(array);
                Labels.check(labels, target.names().size(), array.path());
                return TargetNumbers.of(labels);
            }
            case CLASS_OF_PIXELS -> require(array, shape.length == 3 && shape[1] == target.shape().height() && shape[2] == target.shape().width(),
                    "masks are " + target.shape().height() + "×" + target.shape().width() + " in the training set", "another set");
            default -> require(array, shape.length == 2 && shape[1] == target.size() || shape.length == 1 && target.size() == 1,
                    "targets are rows of " + target.size(), "another task");
        }
        float[] numbers = new float[array.elements()];
        for (int i = 0; i < numbers.length; i++) {
            double number = array.number(i);
            numbers[i] = target.kind() == Target.Kind.CLASS_OF_PIXELS && number == VOID ? -1 : (float) number;
        }
        TargetNumbers.check(target, numbers, problem -> new UnreadableException(array.path(), problem));
        return numbers;
    }

    private static void require(NpyFile array, boolean holds, String rule, String maybe) throws UnreadableException {
        if (!holds) {
            throw new UnreadableException(array.path(), rule + ", found " + Arrays.toString(array.shape()) + " of " + array.type() + ". Maybe "
                    + maybe + "?");
        }
    }

    private static int[] labels(NpyFile array) throws UnreadableException {
        int[] labels = new int[array.elements()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = (int) array.number(i);
            if (labels[i] != array.number(i)) {
                throw new UnreadableException(array.path(), String.format("the label of image %d is %.0f; labels are whole numbers from 0", i,
                        array.number(i)));
            }
        }
        return labels;
    }
}
