package io.fullynested.testkit;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.data.Target;
import io.fullynested.api.graph.Shape;
import io.fullynested.core.data.ArrayDataset;
import java.util.List;
import java.util.SplittableRandom;

/** Made-up targets of each kind, and the answers to them. */
final class TaskSamples {

    /** No multiple of 7, so that every seventh again and again is each once. */
    private static final int IMAGES = 60;
    private static final int SIDE = 4;

    private TaskSamples() {
    }

    /** Images that say nothing and targets of a kind; quantities where the task needs no target. */
    static Dataset data(Target.Kind kind) {
        Target target = switch (kind) {
            case CLASS -> Target.classes(List.of("a", "b", "c", "d", "e", "f"));
            case NUMBERS -> Target.numbers(List.of("length", "weight", "age"));
            case LABELS -> Target.labels(List.of("red", "green", "blue", "other"));
            case CLASS_OF_PIXELS -> Target.classOfPixels(List.of("ground", "tree", "sky"), SIDE, SIDE);
            case NOTHING -> Target.numbers(List.of("first", "second", "third", "fourth"));
        };
        SplittableRandom random = new SplittableRandom(7);
        float[] targets = new float[IMAGES * target.size()];
        for (int i = 0; i < targets.length; i++) {
            targets[i] = number(target, i, random);
        }
        return ArrayDataset.ofFloats(Shape.image(1, SIDE, SIDE), target, new float[IMAGES * SIDE * SIDE], targets);
    }

    private static float number(Target target, int position, SplittableRandom random) {
        return switch (target.kind()) {
            // the first class is by far the most frequent
            case CLASS -> random.nextInt(3) > 0 ? 0 : random.nextInt(target.names().size());
            case CLASS_OF_PIXELS -> random.nextInt(target.names().size() + 1) - 1;
            case LABELS -> random.nextInt(3) == 0 ? 1 : 0;
            default -> (float) ((position % target.size() + 1) * 40 * (1 + .3 * random.nextGaussian()));
        };
    }

    /** What a network for such targets gives. */
    static Shape output(Target target) {
        return switch (target.kind()) {
            case CLASS -> Shape.flat(target.names().size());
            case CLASS_OF_PIXELS -> Shape.image(target.names().size(), target.shape().height(), target.shape().width());
            default -> target.shape();
        };
    }

    /**
     * The output that is exactly right.
     *
     * @param sure the logit of what is so
     */
    static float[] perfect(Target target, float[] numbers, float sure) {
        float[] output = new float[output(target).elements()];
        for (int i = 0; i < numbers.length; i++) {
            switch (target.kind()) {
                case CLASS -> output[(int) numbers[0]] = sure;
                case LABELS -> output[i] = numbers[i] > 0 ? sure : -sure;
                case CLASS_OF_PIXELS -> output[Math.max(0, (int) numbers[i]) * numbers.length + i] = sure;
                default -> output[i] = numbers[i];
            }
        }
        return output;
    }
}
