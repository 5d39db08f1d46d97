package io.fullynested.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.NestingLevel;
import io.fullynested.api.nesting.OrderedDropout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every {@link OrderedDropout} promises, tried on many axes at many times. Extend it in the tests of a plugin. */
public abstract class OrderedDropoutContract {

    private static final double[] PROGRESS = {0, 0.01, 0.25, 0.5, 0.75, 0.9, 0.999};

    /** The distribution under test. */
    protected abstract OrderedDropout dropout();

    /** Whether it is made for an axis; false for those that it refuses. */
    protected boolean takes(NestedAxis axis) {
        return true;
    }

    @FunctionalInterface
    private interface Check {
        void accept(NestedAxis axis, double progress, double[] probabilities);
    }

    /** It is tried on something. */
    @Test
    public final void takesSomeAxes() {
        assertThat(axes()).as("axes that %s takes", dropout()).isNotEmpty();
    }

    /** There is one probability for each legal prefix. */
    @Test
    public final void hasOneProbabilityForEachPrefix() {
        forAll((axis, progress, probabilities) -> assertThat(probabilities).as("%s of %s at %s", dropout(), axis, progress)
                .hasSize(axis.keeps().size()));
    }

    /** None is below zero, or no number. */
    @Test
    public final void noProbabilityIsNegative() {
        forAll((axis, progress, probabilities) -> {
            for (double probability : probabilities) {
                assertThat(probability).as("%s of %s at %s", dropout(), axis, progress).isNotNegative().isFinite();
            }
        });
    }

    /** They sum to 1. */
    @Test
    public final void probabilitiesSumToOne() {
        forAll((axis, progress, probabilities) -> assertThat(Arrays.stream(probabilities).sum())
                .as("sum of %s of %s at %s", dropout(), axis, progress).isCloseTo(1, within(1e-9)));
    }

    /** The same axis at the same time has the same ones: training is a function of its seed. */
    @Test
    public final void saysTheSameAgain() {
        forAll((axis, progress, probabilities) -> assertThat(dropout().probabilities(axis, progress))
                .as("%s of %s at %s, once more", dropout(), axis, progress).containsExactly(probabilities));
    }

    private void forAll(Check check) {
        for (NestedAxis axis : axes()) {
            for (double progress : PROGRESS) {
                check.accept(axis, progress, dropout().probabilities(axis, progress).clone());
            }
        }
    }

    /** Axes of each level, of all sizes up to 12 and some larger ones, every prefix legal or random ones. */
    private List<NestedAxis> axes() {
        SplittableRandom random = new SplittableRandom(1);
        List<NestedAxis> axes = new ArrayList<>();
        for (NestingLevel level : NestingLevel.values()) {
            for (int size : new int[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 40, 256}) {
                List<Integer> all = IntStream.rangeClosed(1, size).boxed().toList();
                axes.add(new NestedAxis("block1.a" + axes.size(), level, size, all));
                List<Integer> some = all.stream().filter(keep -> keep == size || random.nextInt(3) == 0).toList();
                axes.add(new NestedAxis("block1.a" + axes.size(), level, size, some));
            }
        }
        return axes.stream().filter(this::takes).toList();
    }
}
