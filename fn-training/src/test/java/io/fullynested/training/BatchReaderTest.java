package io.fullynested.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.graph.Shape;
import io.fullynested.core.data.ReadAhead;
import io.fullynested.core.engine.Executable;
import io.fullynested.core.engine.TaughtDataset;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.training.TrainingOptions.Augmentation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class BatchReaderTest {

    /** Image {@code i} of 3×3 is {@code i + 1} in its upper left corner, zero elsewhere, with label {@code i}. */
    private record Corners(int size) implements Dataset {
        @Override
        public Shape shape() {
            return Shape.image(1, 3, 3);
        }

        @Override
        public List<String> classes() {
            return List.of("a", "b");
        }

        @Override
        public int label(int index) {
            return index;
        }

        @Override
        public void read(int index, float[] into, int from) {
            java.util.Arrays.fill(into, from, from + 9, 0);
            into[from] = index + 1;
        }
    }

    private static final Augmentation STRONG = new Augmentation(Augmentation.Strength.NONE, 1, true, 0.35, 15, 0.4, 0.25, 0.4, 1, 2, 9);

    private static BatchReader reader(Augmentation augmentation, long seed) {
        return new BatchReader(new Corners(20), 2, 2, augmentation, new Randomness(seed), Ranks.ALONE);
    }

    @Test
    void anEpochShowsEveryImageOnceInAnotherOrder() {
        BatchReader reader = reader(new Augmentation(0, false), 1);
        assertThat(reader.stepsPerEpoch()).isEqualTo(5);
        for (int epoch = 0; epoch < 2; epoch++) {
            Set<Integer> seen = new TreeSet<>();
            for (int step = epoch * 5; step < epoch * 5 + 5; step++) {
                Batch batch = reader.read(step);
                for (int i = 0; i < 4; i++) {
                    seen.add((int) batch.targets()[i]);
                    assertThat(batch.pixels()[i * 9]).isEqualTo(batch.targets()[i] + 1);
                }
            }
            assertThat(seen).hasSize(20);
        }
        assertThat(reader.read(5).targets()).isNotEqualTo(reader.read(0).targets());
    }

    @Test
    void aBatchIsAFunctionOfSeedAndStep() {
        for (Augmentation augmentation : List.of(new Augmentation(1, true), STRONG)) {
            BatchReader one = reader(augmentation, 1);
            BatchReader two = reader(augmentation, 1);
            two.read(3);
            Batch seventh = one.read(7);
            assertThat(two.read(7)).usingRecursiveComparison().isEqualTo(seventh);
            assertThat(seventh.augmented()).isTrue();
            assertThat(reader(augmentation, 2).read(7).targets()).isNotEqualTo(seventh.targets());
        }
    }

    @Test
    void ranksShareWhatOneWouldRead() {
        for (Augmentation augmentation : List.of(new Augmentation(0, false), new Augmentation(1, true), STRONG)) {
            Batch whole = new BatchReader(new Corners(20), 7, 2, augmentation, new Randomness(1), Ranks.ALONE).read(1);
            List<Integer> sizes = new ArrayList<>();
            float[] pixels = new float[whole.pixels().length];
            float[] labels = new float[whole.targets().length];
            for (int rank = 0; rank < 3; rank++) {
                Ranks three = new RanksInThreads.Place(rank, 3);
                Batch part = new BatchReader(new Corners(20), 7, 2, augmentation, new Randomness(1), three).read(1);
                for (int i = 0; i < part.targets().length; i++) {
                    int place = i / part.batchSize() * 7 + sizes.stream().mapToInt(Integer::intValue).sum() + i % part.batchSize();
                    labels[place] = part.targets()[i];
                    assertThat(part.images()[i]).isEqualTo(whole.images()[place]);
                    System.arraycopy(part.pixels(), i * 9, pixels, place * 9, 9);
                }
                sizes.add(part.batchSize());
            }
            assertThat(sizes).containsExactly(2, 2, 3);
            assertThat(labels).isEqualTo(whole.targets());
            assertThat(pixels).isEqualTo(whole.pixels());
        }
        assertThatThrownBy(() -> new BatchReader(new Corners(20), 7, 2, new Augmentation(0, false), new Randomness(1), new RanksInThreads.Place(0, 4)))
                .hasMessage("A batch of 7 images is less than two for each of 4 ranks. Maybe a greater batch-size?");
    }

    @Test
    void whatIsReadAheadIsTheSame() {
        BatchReader reader = reader(new Augmentation(1, true), 1);
        try (ReadAhead<Batch> ahead = reader.ahead(15)) {
            for (long step : new long[] {0, 1, 2, 3, 4, 5, 6, 11, 12, 12, 3, 14}) {
                assertThat(ahead.get(step)).usingRecursiveComparison().isEqualTo(reader.read(step));
            }
        }
    }

    /** A teacher says of an image the sum of its numbers, and where they lie. */
    private static float[] answer(float[] pixels, int image) {
        float[] answer = new float[2];
        for (int p = 0; p < 9; p++) {
            answer[0] += pixels[image * 9 + p];
            answer[1] += p * pixels[image * 9 + p];
        }
        return answer;
    }

    private static final Executable TEACHER = new Executable() {
        @Override
        public Tensor run(Tensor images) {
            Tensor answers = Tensor.zeros(images.shape()[0], 2);
            for (int i = 0; i < images.shape()[0]; i++) {
                System.arraycopy(answer(images.data(), i), 0, answers.data(), 2 * i, 2);
            }
            return answers;
        }

        @Override
        public Map<String, Tensor> recalibrate(Tensor images) {
            throw new AssertionError("a teacher is extracted");
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

    @Test
    void aTeacherIsAskedAboutImagesAsTheyAreShown() {
        Dataset taught = new TaughtDataset(new Corners(20), TEACHER, "one", Shape.flat(2));
        for (Augmentation augmentation : List.of(new Augmentation(0, false), new Augmentation(1, true), STRONG)) {
            Batch batch = new BatchReader(taught, 2, 2, augmentation, new Randomness(1), Ranks.ALONE).read(3);
            assertThat(batch.mixed()).isEmpty();
            for (int i = 0; i < 4; i++) {
                assertThat(batch.targets(i, 1)).isEqualTo(answer(batch.pixels(), i));
            }
        }
    }

    @Test
    void imagesAreShiftedAndMirrored() {
        assertThat(places(new Augmentation(0, true))).containsExactly(0, 2);
        // shifted out to the left or the top is -1
        assertThat(places(new Augmentation(1, false))).containsExactly(-1, 0, 1, 3, 4);
    }

    private static Set<Integer> places(Augmentation augmentation) {
        BatchReader reader = reader(augmentation, 3);
        Set<Integer> places = new TreeSet<>();
        for (int step = 0; step < 50; step++) {
            Batch batch = reader.read(step);
            for (int i = 0; i < 4; i++) {
                int place = -1;
                for (int p = 0; p < 9; p++) {
                    place = batch.pixels()[i * 9 + p] != 0 ? p : place;
                }
                places.add(place);
            }
        }
        return places;
    }
}
