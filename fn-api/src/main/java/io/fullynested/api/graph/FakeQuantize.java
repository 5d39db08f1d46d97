package io.fullynested.api.graph;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/**
 * Rounds a signal to the nearest of 2ᵏ evenly spaced values. Unsigned: {@code q = min(round(x / s), 2ᵏ−1)} with
 * {@code s = clip / (2ᵏ−1)}. Signed: {@code q = min(max(round(x / s), −2ᵏ⁻¹), 2ᵏ⁻¹−1)} with {@code s = 2⁸⁻ᵏ clip / 127}. The value is
 * {@code s · q}. Rounding is half to even; zero is a code, so zero padding is exact.
 * A signal whose codes are truncated is rounded to n bits so, and {@code q = qₙ >> (n − k)}, rounded down, are the k leading ones: the nested code of Cui et
 * al. (IJCAI 2020), as weights have it.
 * With {@link Weight#FLOAT} bits the signal is only clipped, to {@code 0..clip} or {@code −128/127 clip..clip}: what is left of the
 * operator where signals stay float.
 *
 * @param bits   1..8 unsigned, 2..8 signed, or {@link Weight#FLOAT}
 * @param signed whether the signal can be negative
 * @param clip   {@code []}, of which the greatest value that is told apart is a multiple
 * @param multiple that it is, above 0: signals of more bits may be clipped higher by the same number
 * @param roundedBits n, of the code that is rounded to; {@code bits} where no code is truncated
 */
public record FakeQuantize(int bits, boolean signed, ParameterSlice clip, float multiple, int roundedBits) implements Pointwise {

    /** @throws IllegalArgumentException if fewer bits are rounded to than kept */
    public FakeQuantize {
        if (roundedBits < bits) {
            throw new IllegalArgumentException("a code of " + roundedBits + " bits has no " + bits + " leading ones");
        }
    }

    /** One that rounds to its bits. */
    public FakeQuantize(int bits, boolean signed, ParameterSlice clip, float multiple) {
        this(bits, signed, clip, multiple, bits);
    }

    /** One whose clip is the number itself. */
    public FakeQuantize(int bits, boolean signed, ParameterSlice clip) {
        this(bits, signed, clip, 1);
    }

    /** The greatest value that is told apart, by the number that {@link #clip()} names. */
    public float greatest(float number) {
        return multiple * number;
    }

    /** Whether the result is made of codes, not only clipped. */
    public boolean rounds() {
        return bits != Weight.FLOAT;
    }

    /** Bits that are cut off the rounded code; 0 where it is rounded to its bits. */
    public int truncated() {
        return roundedBits - bits;
    }

    @Override
    public FakeQuantize mapParameters(UnaryOperator<Weight> weights, BiFunction<ParameterRole, ParameterSlice, ParameterSlice> others) {
        return new FakeQuantize(bits, signed, others.apply(ParameterRole.CLIP, clip), multiple, roundedBits);
    }

    @Override
    public <T> T terms(TermFlow<T> flow, List<T> inputs, List<Shape> shapes) {
        return inputs.get(0);
    }

    @Override
    public boolean nonNegative(boolean inputs) {
        return inputs || !signed;
    }

    @Override
    public boolean folds() {
        return false;
    }

    @Override
    public <R> R accept(OperatorVisitor<R> visitor) {
        return visitor.fakeQuantize(this);
    }
}
