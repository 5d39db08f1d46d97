package io.fullynested.core.task;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.data.Target;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.plugin.Option;
import io.fullynested.api.task.Objective;
import io.fullynested.api.task.Task;
import java.util.List;
import java.util.Optional;

/** One of some classes for each pixel: softmax and cross-entropy at each, scored by the mean intersection over union. */
public record Segmentation(
        @Option(value = "what the loss of a pixel is multiplied by, by its class: balanced, for as much of each class in all, or a number for each; "
                + "[] for the same of all", byDefault = "[]") List<String> classWeights,
        @Option("the output that it is about, by its name, of a network that has several") Optional<String> output) implements Task {

    /** The name of the mean over the classes of intersection over union. */
    static final String MEAN_IOU = "mean-iou";

    /** @throws IllegalArgumentException if a weight is neither {@code balanced}, alone, nor a positive number */
    public Segmentation {
        classWeights = List.copyOf(classWeights);
        ClassWeights.check(classWeights);
    }

    @Override
    public Target.Kind target() {
        return Target.Kind.CLASS_OF_PIXELS;
    }

    @Override
    public String scoreName() {
        return MEAN_IOU;
    }

    @Override
    public String outputs() {
        return "logits [N, classes, H, W]";
    }

    @Override
    public void check(Shape output) {
        if (output.flat() || output.channels() < 2) {
            throw new IllegalArgumentException("logits of two classes or more for each pixel. Maybe add a pixel-classifier block?");
        }
    }

    @Override
    public void check(Shape output, Target target) {
        int classes = target.names().size();
        if (output.channels() != classes) {
            throw new IllegalArgumentException("the data has " + classes + " classes, the network " + output.channels()
                    + ". Maybe a last block {kind: pixel-classifier, classes: " + classes + "}?");
        }
        if (output.height() != target.shape().height() || output.width() != target.shape().width()) {
            throw new IllegalArgumentException("the masks have " + target.shape().height() + "×" + target.shape().width() + " pixels, the network gives "
                    + output.height() + "×" + output.width() + ". Maybe an enlarge block for each stride?");
        }
    }

    @Override
    public Objective objective(Dataset training) {
        long[] counts = ClassWeights.counts(training);
        return new PixelObjective(ClassWeights.of(classWeights, counts), ClassWeights.logPriors(counts), training.target().size());
    }
}
