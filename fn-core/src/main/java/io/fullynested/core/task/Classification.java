package io.fullynested.core.task;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.data.Target;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.plugin.Option;
import io.fullynested.api.task.Task;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/** One of some classes for each image: softmax and cross-entropy. */
public record Classification(
        @Option(value = "what the loss of an image is multiplied by, by its class: balanced, for as much of each class in all, or a number for "
                + "each; [] for the same of all", byDefault = "[]") List<String> classWeights,
        @Option(value = "which metric is the score", byDefault = "accuracy") Metric metric,
        @Option("the output that it is about, by its name, of a network that has several") Optional<String> output) implements Task {

    /** What the score may be. */
    public enum Metric {
        /** Share of the images classified rightly. */
        ACCURACY,
        /** Mean over the classes of the share of their images classified rightly. */
        BALANCED_ACCURACY,
        /** Mean over the classes of the harmonic mean of precision and recall. */
        MACRO_F1,
        /** Share of the images whose class is among the five most likely. */
        TOP_5;

        /** As it stands in YAML. */
        public String id() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** @throws IllegalArgumentException if a weight is neither {@code balanced}, alone, nor a positive number */
    public Classification {
        classWeights = List.copyOf(classWeights);
        ClassWeights.check(classWeights);
    }

    /** All classes alike, scored by accuracy. */
    public static Classification standard() {
        return new Classification(List.of(), Metric.ACCURACY, Optional.empty());
    }

    @Override
    public Target.Kind target() {
        return Target.Kind.CLASS;
    }

    @Override
    public String scoreName() {
        return metric.id();
    }

    @Override
    public String outputs() {
        return "logits [N, classes]";
    }

    @Override
    public void check(Shape output) {
        if (!output.flat() || output.channels() < 2) {
            throw new IllegalArgumentException("logits of two classes or more. Maybe add a classifier block?");
        }
    }

    @Override
    public void check(Shape output, Target target) {
        int classes = target.names().size();
        if (metric == Metric.TOP_5 && classes < 6) {
            throw new IllegalArgumentException("the data has " + classes + " classes, of which the five most likely are nearly all. Maybe metric: accuracy?");
        }
        if (output.channels() != classes) {
            throw new IllegalArgumentException("the data has " + classes + " classes, the network " + output.channels()
                    + (areQuantities(target.names()) ? ". They look like quantities. Maybe task: regression?"
                    : ". Maybe a last block {kind: classifier, classes: " + classes + "}?"));
        }
    }

    /** So many different numbers are hardly classes. */
    private static boolean areQuantities(List<String> names) {
        return names.size() > 20 && names.stream().allMatch(name -> name.matches("-?\\d*\\.?\\d+([eE][-+]?\\d+)?"))
                && !names.equals(IntStream.range(0, names.size()).mapToObj(String::valueOf).toList());
    }

    @Override
    public ClassObjective objective(Dataset training) {
        long[] counts = ClassWeights.counts(training);
        return new ClassObjective(ClassWeights.of(classWeights, counts), ClassWeights.logPriors(counts));
    }
}
