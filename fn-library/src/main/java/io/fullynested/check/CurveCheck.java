package io.fullynested.check;

import io.fullynested.TrainingCurve;
import io.fullynested.training.TrainingListener.Validated;
import java.util.Comparator;
import java.util.List;

/** What the curve of a training shows: that it was better before its end. */
public final class CurveCheck {

    /** Less is what some images more or fewer make. */
    private static final double MUCH = 0.02;

    private CurveCheck() {
    }

    /** Nothing is said of a training that gave the best of its epochs, or looked at no validation images. */
    public static List<Finding> of(TrainingCurve curve) {
        List<Validated> measured = curve.validated();
        if (measured.isEmpty()) {
            return List.of();
        }
        Validated last = measured.get(measured.size() - 1);
        Validated best = measured.stream().max(Comparator.comparingDouble(Validated::score)).orElseThrow();
        if (curve.kept() != last.epoch() || !(best.score() > last.score() + MUCH)) {
            return List.of();
        }
        return List.of(Finding.note("--set training.restore-best=true, or fewer epochs", "it was better after epoch %d: the full network and the smallest had a validation "
                + "score of %.2f %% in the mean, and %.2f %% after the last epoch", best.epoch(), 100 * best.score(), 100 * last.score()));
    }
}
