package io.fullynested.training;

import io.fullynested.api.plugin.Option;
import io.fullynested.training.TrainingListener.Validated;
import java.util.List;

/**
 * Ends a training that validation images show no gain of any more (Prechelt, Early stopping – but when?, 1998). What counts is the mean score of the
 * full network and the smallest, by the metric of the task. The training then gives what was best.
 */
public record EarlyStopping(
        @Option(value = "epochs without a rise of the validation score after which training ends", byDefault = "10", min = 1) int patience,
        @Option(value = "what the score must rise by to count, 0.001 for 0.1 points of accuracy", byDefault = "0", min = 0, max = 1) double minDelta) {

    /** Whether a training with this curve is over. */
    boolean ends(List<Validated> curve) {
        double reference = Double.NEGATIVE_INFINITY;
        int since = 0;
        int last = 0;
        for (Validated at : curve) {
            last = at.epoch();
            if (at.score() > reference + minDelta) {
                reference = at.score();
                since = last;
            }
        }
        return last - since >= patience;
    }
}
