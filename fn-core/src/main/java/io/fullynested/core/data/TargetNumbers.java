package io.fullynested.core.data;

import io.fullynested.api.data.Target;
import java.util.function.Function;

/** Numbers of targets. */
final class TargetNumbers {

    private TargetNumbers() {
    }

    static float[] of(int[] labels) {
        float[] targets = new float[labels.length];
        for (int i = 0; i < targets.length; i++) {
            targets[i] = labels[i];
        }
        return targets;
    }

    /**
     * Sees that numbers are what their kind asks for.
     *
     * @param refuse makes what is thrown of a sentence
     * @throws E if one is not
     */
    static <E extends Exception> void check(Target target, float[] targets, Function<String, E> refuse) throws E {
        int size = target.size();
        int classes = target.names().size();
        for (int i = 0; i < targets.length; i++) {
            float number = targets[i];
            String of = " of image " + i / size;
            switch (target.kind()) {
                case CLASS -> {
                    if (!(number >= 0 && number < classes)) {
                        throw refuse.apply("the label" + of + " is " + (long) number + ", but there are " + classes + " classes, 0.." + (classes - 1));
                    }
                }
                case CLASS_OF_PIXELS -> {
                    if (!(number < classes)) {
                        throw refuse.apply("a pixel" + of + " is of class " + (long) number + ", but there are " + classes + " classes, 0.."
                                + (classes - 1));
                    }
                }
                case LABELS -> {
                    if (number != 0 && number != 1) {
                        throw refuse.apply("label '" + target.names().get(i % size) + "'" + of + " is " + number + ", neither 0 nor 1");
                    }
                }
                default -> {
                    if (!Float.isFinite(number)) {
                        throw refuse.apply("the target" + of + " is " + number);
                    }
                }
            }
        }
    }
}
