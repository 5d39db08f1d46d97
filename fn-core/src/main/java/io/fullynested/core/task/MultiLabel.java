package io.fullynested.core.task;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.data.Target;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.plugin.Option;
import io.fullynested.api.task.Objective;
import io.fullynested.api.task.Task;
import java.util.Locale;
import java.util.Optional;

/** Each of several labels or not: a sigmoid and the binary cross-entropy for each. */
public record MultiLabel(
        @Option(value = "which metric is the score", byDefault = "macro-f1") Metric metric,
        @Option(value = "whether images that have a label count as much for it as those that have not, which are more", byDefault = "false")
        boolean balanced,
        @Option("the output that it is about, by its name, of a network that has several; each of them if absent") Optional<String> output) implements Task {

    /** What the score may be. */
    public enum Metric {
        /** Mean over the labels of the harmonic mean of precision and recall. */
        MACRO_F1,
        /** Share of the images of which every label is right. */
        SUBSET_ACCURACY,
        /** Mean over the labels of the average precision over all thresholds. */
        MEAN_AVERAGE_PRECISION;

        /** As it stands in YAML. */
        public String id() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    @Override
    public Target.Kind target() {
        return Target.Kind.LABELS;
    }

    @Override
    public String scoreName() {
        return metric.id();
    }

    @Override
    public String outputs() {
        return "logits [N, labels], above 0 for a label that applies";
    }

    @Override
    public void check(Shape output) {
        if (!output.flat()) {
            throw new IllegalArgumentException("a logit for each label. Maybe add a linear block?");
        }
    }

    @Override
    public void check(Shape output, Target target) {
        if (output.elements() != target.size()) {
            throw new IllegalArgumentException("the data has " + target.size() + " labels, the network gives " + output.elements()
                    + " logits. Maybe a last block {kind: linear, outputs: " + target.size() + "}?");
        }
    }

    @Override
    public Objective objective(Dataset training) {
        double[] shares = TargetMoments.of(training).mean();
        return new LabelObjective(shares, training.size(), balanced);
    }
}
