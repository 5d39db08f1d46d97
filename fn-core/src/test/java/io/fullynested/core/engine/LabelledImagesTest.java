package io.fullynested.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.graph.Shape;
import io.fullynested.core.engine.LabelledImages.Batch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LabelledImagesTest {

    /** Image {@code i} is filled with {@code i}, and its label is {@code i} too. */
    private record Numbered(int size, Shape shape, AtomicInteger reads) implements Dataset {

        Numbered(int size, int side) {
            this(size, Shape.image(3, side, side), new AtomicInteger());
        }

        @Override
        public List<String> classes() {
            return List.of("any");
        }

        @Override
        public int label(int index) {
            return index;
        }

        @Override
        public void read(int index, float[] into, int from) {
            reads.incrementAndGet();
            into[from] = index;
            into[from + shape.elements() - 1] = index;
        }
    }

    private static List<Batch> batches(LabelledImages images) {
        List<Batch> batches = new ArrayList<>();
        images.forEach(batches::add);
        return batches;
    }

    private static List<Integer> sizes(LabelledImages images) {
        return batches(images).stream().map(Batch::size).toList();
    }

    private static List<Integer> seen(LabelledImages images) {
        List<Integer> seen = new ArrayList<>();
        images.forEach(batch -> {
            int numbers = batch.images().data().length / batch.size();
            for (int i = 0; i < batch.size(); i++) {
                assertThat(batch.images().data()[i * numbers]).isEqualTo(batch.targets()[i]);
                assertThat(batch.images().data()[(i + 1) * numbers - 1]).isEqualTo(batch.targets()[i]);
                seen.add((int) batch.targets()[i]);
            }
        });
        return seen;
    }

    @Test
    void goesThroughAllImagesInOrderAgainAndAgain() {
        LabelledImages images = LabelledImages.of(new Numbered(1001, 2));
        for (int time = 0; time < 2; time++) {
            assertThat(sizes(images)).containsExactly(250, 250, 250, 250, 1);
            assertThat(seen(images)).isSorted().hasSize(1001);
        }
        assertThat(images.targets()).hasSize(1001);
    }

    @Test
    void batchesOfLargeImagesAreSmall() {
        assertThat(sizes(LabelledImages.of(new Numbered(120, 224)))).containsExactly(55, 55, 10);
        assertThat(sizes(LabelledImages.of(new Numbered(120, 224)).batched(50))).containsExactly(50, 50, 20);
        assertThat(sizes(LabelledImages.of(new Numbered(2, 2000)))).as("one at least").containsExactly(1, 1);
    }

    @Test
    void aRangeCutsBatchesWhereItMust() {
        for (LabelledImages images : List.of(LabelledImages.of(new Numbered(700, 2)), LabelledImages.of(new Numbered(700, 2)).held())) {
            LabelledImages range = images.range(125, 600);
            assertThat(sizes(range)).containsExactly(125, 250, 100);
            assertThat(seen(range)).startsWith(125).endsWith(599).isSorted().hasSize(475);
            assertThat(range.joined().shape()).containsExactly(475, 3, 2, 2);
            assertThat(seen(range.range(10, 20))).startsWith(135).hasSize(10);
        }
    }

    @Test
    void whatIsHeldIsReadOnceOfFewImages() {
        Numbered few = new Numbered(600, 2);
        LabelledImages images = LabelledImages.shuffled(few, 600, 3).held();
        assertThat(seen(images)).isEqualTo(seen(images)).doesNotHaveDuplicates().isNotEqualTo(seen(LabelledImages.of(few)));
        assertThat(few.reads()).hasValue(1200);
        seen(images.range(0, 10));
        assertThat(few.reads()).hasValue(1200);
    }

    @Test
    void ofManyOnlyTheFirstAreHeld() {
        Numbered many = new Numbered(400, 224);
        LabelledImages images = LabelledImages.of(many).held();
        assertThat(seen(images)).hasSize(400);
        assertThat(seen(images)).hasSize(400);
        assertThat(many.reads()).hasValue(2 * 400 - 4 * 55);
    }
}
