package io.fullynested.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.graph.Shape;
import io.fullynested.core.data.ArrayDataset;
import io.fullynested.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaughtDatasetTest {

    private static final int IMAGES = 2 * LabelledImages.BATCH + 100;

    /** How many images it was asked about each time. */
    private final List<Integer> asked = new ArrayList<>();

    /** Says the number that it sees, and its double. */
    private final Executable teacher = new Executable() {
        @Override
        public Tensor run(Tensor images) {
            int n = images.shape()[0];
            asked.add(n);
            Tensor answers = Tensor.zeros(n, 2);
            for (int i = 0; i < n; i++) {
                answers.data()[2 * i] = images.data()[i];
                answers.data()[2 * i + 1] = 2 * images.data()[i];
            }
            return answers;
        }

        @Override
        public Map<String, Tensor> recalibrate(Tensor images) {
            throw new AssertionError("extracted networks have nothing to recalibrate");
        }

        @Override
        public Tensor runAsInTraining(Tensor images) {
            throw new AssertionError("a teacher is not trained");
        }

        @Override
        public void close() {
            // holds nothing
        }
    };

    private static Dataset images() {
        float[][] rows = new float[IMAGES][1];
        for (int i = 0; i < IMAGES; i++) {
            rows[i][0] = i;
        }
        return ArrayDataset.ofTable(List.of("x"), rows, new int[IMAGES]);
    }

    private void goThrough(TaughtDataset taught) {
        float[] target = new float[3];
        for (int i = 0; i < IMAGES; i++) {
            taught.readTarget(i, target, 1);
            assertThat(target).containsExactly(0, i, 2 * i);
        }
    }

    @Test
    void isAskedOnceAboutEachImage() {
        TaughtDataset taught = new TaughtDataset(images(), teacher, "one", Shape.flat(2));
        goThrough(taught);
        goThrough(taught);
        assertThat(asked).containsExactly(LabelledImages.BATCH, LabelledImages.BATCH, 100);
    }

    /** Whole blocks are kept, the last one if all are. */
    @ParameterizedTest
    @CsvSource({"1200, 600", "1199, 500", "1000, 500", "999, 250", "499, 0", "1, 0"})
    void keepsNoMoreThanItMay(long numbers, int kept) {
        TaughtDataset taught = new TaughtDataset(images(), teacher, "one", Shape.flat(2), numbers);
        goThrough(taught);
        asked.clear();
        goThrough(taught);
        assertThat(asked).hasSize(IMAGES - kept).allMatch(count -> count == 1);
    }

    @Test
    void needsNoTeacherForWhatItKeepsOnceItWasAsked() {
        TaughtDataset taught = new TaughtDataset(images(), teacher, "one", Shape.flat(2), 1000);
        taught.ask();
        assertThat(asked).containsExactly(LabelledImages.BATCH, LabelledImages.BATCH);
        asked.clear();
        goThrough(taught);
        assertThat(asked).hasSize(100);
    }
}
