package io.fullynested.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.TrainingCurve;
import io.fullynested.api.search.Evaluation;
import io.fullynested.training.TrainingListener.Progress;
import io.fullynested.training.TrainingListener.Validated;
import org.junit.jupiter.api.Test;

class CurveCheckTest {

    private static TrainingCurve curve(int kept, double... scores) {
        TrainingCurve curve = new TrainingCurve();
        for (int i = 0; i < scores.length; i++) {
            curve.validated(new Validated(i + 1, 10 * (i + 1), new Evaluation(scores[i] + 0.125, 1, 100), new Evaluation(scores[i] - 0.125, 1, 100)));
            curve.epoch(new Progress(10 * (i + 1), 30, i + 1, 3, 1, 0.5, 1, 10, 0.1));
        }
        curve.ended(scores.length, kept);
        return curve;
    }

    @Test
    void whatWasBetterBeforeTheEndIsTold() {
        assertThat(CurveCheck.of(curve(3, 0.5, 0.75, 0.625))).singleElement().hasToString("it was better after epoch 2: the full network and the smallest had a validation "
                + "score of 75.00 % in the mean, and 62.50 % after the last epoch. Maybe --set training.restore-best=true, or fewer epochs?");
        assertThat(CurveCheck.of(curve(2, 0.5, 0.75, 0.625))).isEmpty();
        assertThat(CurveCheck.of(curve(3, 0.5, 0.75, 0.74))).isEmpty();
        assertThat(CurveCheck.of(new TrainingCurve())).isEmpty();
    }
}
