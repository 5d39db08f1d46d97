package io.fullynested.core.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fullynested.api.graph.Shape;
import io.fullynested.api.search.Evaluation;
import io.fullynested.core.data.ArrayDataset;
import io.fullynested.core.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClassificationTest {

    private static Scorer scorer(int classes) {
        List<String> names = IntStream.range(0, classes).mapToObj(String::valueOf).toList();
        return Scorer.classification(ArrayDataset.ofFloats(Shape.image(1, 1, 1), names, new float[classes], IntStream.range(0, classes).toArray()));
    }

    @Test
    void meansAccuracyAndCrossEntropy() {
        Tensor logits = new Tensor(new int[] {3, 2}, new float[] {0, (float) Math.log(3), 0, (float) Math.log(3), 1000, 0});
        Evaluation evaluation = scorer(logits.shape()[1]).evaluate(logits, new float[] {1, 0, 0});
        assertThat(evaluation.score()).isEqualTo(2 / 3.0);
        assertThat(evaluation.loss()).isCloseTo((-Math.log(.75) - Math.log(.25)) / 3, within(1e-7));
        assertThat(evaluation.images()).isEqualTo(3);
    }

    @Test
    void theFirstOfEqualLogitsWins() {
        Tensor logits = new Tensor(new int[] {2, 3}, new float[] {1, 1, 0, 0, 1, 1});
        assertThat(scorer(logits.shape()[1]).evaluate(logits, new float[] {0, 1}).score()).isEqualTo(1);
        assertThat(scorer(logits.shape()[1]).evaluate(logits, new float[] {1, 2}).score()).isZero();
    }

    @Test
    void divergenceIsOfTheFirstFromTheSecond() {
        Tensor p = new Tensor(new int[] {2, 2}, new float[] {0, (float) Math.log(3), 5, 5});
        Tensor q = new Tensor(new int[] {2, 2}, new float[] {1, 1, 0, (float) Math.log(3)});
        double first = .25 * Math.log(.25 / .5) + .75 * Math.log(.75 / .5);
        double second = .5 * Math.log(.5 / .25) + .5 * Math.log(.5 / .75);
        assertThat(scorer(2).divergence(p, q)).isCloseTo((first + second) / 2, within(1e-7));
        assertThat(scorer(2).divergence(p, p)).isZero();
        assertThat(scorer(2).divergence(p, new Tensor(new int[] {2, 2}, new float[] {0, 0, Float.NaN, 0}))).isEqualTo(Double.POSITIVE_INFINITY);
    }

    @Test
    void whatIsNoNumberIsWrong() {
        Tensor logits = new Tensor(new int[] {3, 2}, new float[] {Float.NaN, 0, 0, Float.NaN, Float.NaN, Float.NaN});
        Evaluation evaluation = scorer(logits.shape()[1]).evaluate(logits, new float[] {0, 0, 1});
        assertThat(evaluation.score()).isZero();
        assertThat(evaluation.loss()).isEqualTo(Double.POSITIVE_INFINITY);
    }
}
