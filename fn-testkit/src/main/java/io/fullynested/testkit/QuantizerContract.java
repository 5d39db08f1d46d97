package io.fullynested.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.quantize.Quantizer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every {@link Quantizer} promises, tried on weights of all magnitudes. Extend it in the tests of a plugin. */
public abstract class QuantizerContract {

    private static final float[] SCALES = {1e-6f, 0.03f, 0.1f, 1, 7.3f, 1e6f};

    /** The quantiser under test. */
    protected abstract Quantizer quantizer();

    /** The greatest scale at which what a code reads as has that code. A code of a curve, such as that of a tanh, is a straight one of small weights only. */
    protected float straightUpTo() {
        return Float.POSITIVE_INFINITY;
    }

    @FunctionalInterface
    private interface Check {
        void accept(float weight, float scale, int full);
    }

    /** Scales are positive and finite, for rows of zeros and of huge weights too, and depend on nothing beyond the row. */
    @Test
    public final void scalesArePositiveAndFinite() {
        SplittableRandom random = new SplittableRandom(1);
        for (int magnitude = -45; magnitude <= 38; magnitude++) {
            float[] row = new float[9];
            for (int i = 0; i < row.length; i++) {
                row[i] = magnitude < -44 ? 0 : (float) ((2 * random.nextDouble() - 1) * Math.pow(10, magnitude));
            }
            float scale = quantizer().scale(row, 2, 7);
            assertThat(scale).as("scale of %s", Arrays.toString(row)).isPositive().isFinite();
            row[0] = 1e30f;
            row[8] = -1e30f;
            assertThat(quantizer().scale(row, 2, 7)).as("scale when weights of other rows change").isEqualTo(scale);
        }
    }

    /** The whole code is its own prefix; and equal codes of some bits have equal codes of fewer bits: they are leading ones. */
    @Test
    public final void fewerBitsAreThePrefixOfMore() {
        Map<String, Integer> shorter = new HashMap<>();
        forAll((weight, scale, full) -> {
            assertThat(quantizer().truncate(full, quantizer().bits())).as("all bits of code %d", full).isEqualTo(full);
            for (int bits = 2; bits <= quantizer().bits(); bits++) {
                int code = quantizer().truncate(full, bits);
                int fewer = quantizer().truncate(full, bits - 1);
                assertThat(shorter.computeIfAbsent(bits + " bits " + code, any -> fewer))
                        .as("%d bits of code %d, whose %d bits are %d", bits - 1, full, bits, code).isEqualTo(fewer);
            }
        });
    }

    /** There are no more codes of some bits than so many bits can tell apart. */
    @Test
    public final void bitsTellNoMoreApartThanTheyCan() {
        Map<Integer, TreeSet<Integer>> codes = new HashMap<>();
        forAll((weight, scale, full) -> IntStream.rangeClosed(1, quantizer().bits())
                .forEach(bits -> codes.computeIfAbsent(bits, any -> new TreeSet<>()).add(quantizer().truncate(full, bits))));
        codes.forEach((bits, all) -> assertThat(all).as("codes of %d bits", bits).hasSizeBetween(2, 1 << bits));
    }

    /** What a code reads as has that code. */
    @Test
    public final void quantisingTwiceIsQuantisingOnce() {
        assertThat(straightUpTo()).as("the scale up to which it is tried").isGreaterThanOrEqualTo(SCALES[2]);
        forAll((weight, scale, full) -> {
            for (int bits = 1; bits <= quantizer().bits() && scale <= straightUpTo(); bits++) {
                int code = quantizer().truncate(full, bits);
                float read = (float) (quantizer().integer(code, bits) * (double) scale / quantizer().denominator(bits));
                assertThat(quantizer().truncate(quantizer().code(read, scale), bits))
                        .as("code of %s, which code %d of %d bits reads as at scale %s", read, code, bits, scale).isEqualTo(code);
            }
        });
    }

    /** A greater weight has no smaller code. */
    @Test
    public final void codesFollowTheOrderOfWeights() {
        for (float scale : SCALES) {
            int before = quantizer().code(Float.NEGATIVE_INFINITY, scale);
            for (int i = -300; i <= 300; i++) {
                int code = quantizer().code(i / 200f * scale, scale);
                assertThat(code).as("code of %s at scale %s, after that of a smaller weight", i / 200f * scale, scale).isGreaterThanOrEqualTo(before);
                before = code;
            }
        }
    }

    /** Integers are within −127..127, what they are divided by is a power of two. */
    @Test
    public final void integersFitIntoAByte() {
        forAll((weight, scale, full) -> {
            for (int bits = 1; bits <= quantizer().bits(); bits++) {
                assertThat(quantizer().integer(quantizer().truncate(full, bits), bits)).as("%d bits of code %d", bits, full).isBetween(-127, 127);
                int denominator = quantizer().denominator(bits);
                assertThat(denominator).as("denominator of %d bits", bits).isPositive();
                assertThat(Integer.bitCount(denominator)).as("denominator %d of %d bits, a power of two", denominator, bits).isEqualTo(1);
            }
        });
    }

    /** A negated weight reads as the negated number, but for ties between neighbours: batch norms with a negative gamma rely on it. */
    @Test
    public final void aNegatedWeightReadsNegated() {
        for (int bits = 1; bits <= quantizer().bits(); bits++) {
            TreeSet<Integer> levels = new TreeSet<>();
            int width = bits;
            forAll((weight, scale, full) -> levels.add(integer(weight, scale, width)));
            forAll((weight, scale, full) -> {
                int negated = -integer(-weight, scale, width);
                int integer = integer(weight, scale, width);
                Integer above = levels.higher(integer);
                Integer below = levels.lower(integer);
                assertThat(negated).as("%s at scale %s in %d bits", weight, scale, width)
                        .isBetween(below == null ? integer : below, above == null ? integer : above);
            });
        }
    }

    private int integer(float weight, float scale, int bits) {
        return quantizer().integer(quantizer().truncate(quantizer().code(weight, scale), bits), bits);
    }

    /** Weights from −1.5 to 1.5 scales, and far beyond. */
    private void forAll(Check check) {
        for (float scale : SCALES) {
            for (int i = -300; i <= 300; i++) {
                float weight = i / 200f * scale;
                check.accept(weight, scale, quantizer().code(weight, scale));
            }
            for (float weight : new float[] {Float.POSITIVE_INFINITY, 1e30f, -1e30f, Float.NEGATIVE_INFINITY}) {
                check.accept(weight, scale, quantizer().code(weight, scale));
            }
        }
    }
}
