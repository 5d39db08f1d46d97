package io.fullynested.c;

import io.fullynested.api.graph.Activation;
import io.fullynested.core.integer.Ending;
import io.fullynested.core.integer.NoIntegerFormException;
import io.fullynested.core.integer.Signal;
import io.fullynested.core.integer.Step;
import java.util.Optional;

/**
 * What comes of a sum: first an integer in some unit, kept within bounds; that is the code, or what a function is applied to.
 *
 * @param unit     what 1 stands for in that integer
 * @param low      its least value
 * @param high     its greatest value
 * @param function what is applied to it, if not all of it is in the bounds
 * @param result   what it ends in
 */
record Finish(double unit, int low, int high, Optional<Applied> function, Signal result) {

    /** Bits of fraction of what a function is applied to, if nothing takes them. */
    private static final int MOST_FRACTION = 24;

    /**
     * A function that is applied to an integer with a binary fraction, and rounded to codes.
     *
     * @param kind     which one
     * @param fraction bits
     * @param low      the least code
     * @param high     the greatest one
     */
    record Applied(Activation kind, int fraction, int low, int high) {

        boolean hard() {
            return kind == Activation.HARD_SIGMOID || kind == Activation.HARD_SWISH;
        }
    }

    /**
     * Of what follows in a step.
     *
     * @param bound    no value before it is beyond, in magnitude
     * @param coarsest the greatest step of the sums that come in
     * @throws NoIntegerFormException if there is something that cannot be done to integers
     */
    static Finish of(Step step, double bound, double coarsest) {
        Ending ending = Ending.of(step);
        return ending.function().isPresent() ? applied(ending, coarsest, step.result()) : bounded(ending.before(), bound, coarsest, step.result());
    }

    private static Finish bounded(Ending.Bounds range, double bound, double coarsest, Signal result) {
        if (result.rounded()) {
            int low = (int) Math.max(result.least(), Math.rint(Math.max(range.least(), -1e9) / result.step()));
            int high = (int) Math.min(result.greatest(), Math.rint(Math.min(range.most(), 1e9) / result.step()));
            return new Finish(result.step(), low, high, Optional.empty(), result);
        }
        // as fine as fits into an int32, and as a factor of the sums does
        double unit = Math.scalb(1.0, Math.max(Math.getExponent(Math.max(bound, coarsest)) - 29, Math.getExponent(coarsest) - 22));
        return new Finish(unit, (int) Math.max(-Integer.MAX_VALUE, Math.rint(range.least() / unit)), (int) Math.min(Integer.MAX_VALUE, Math.rint(range.most() / unit)),
                Optional.empty(), result);
    }

    private static Finish applied(Ending ending, double coarsest, Signal result) {
        // beyond these, codes do not change any more
        double most = Math.max(24, 2 + result.step() * result.greatest());
        int fraction = Math.min(Math.min(MOST_FRACTION, 29 - Math.getExponent(most)), 22 - Math.getExponent(coarsest));
        double unit = Math.scalb(1.0, -fraction);
        int low = (int) Math.rint(Math.max(ending.before().least(), -24) / unit);
        int high = (int) Math.rint(Math.min(ending.before().most(), most) / unit);
        int least = (int) Math.max(result.least(), Math.rint(Math.max(ending.after().least(), -1e9) / result.step()));
        int greatest = (int) Math.min(result.greatest(), Math.rint(Math.min(ending.after().most(), 1e9) / result.step()));
        return new Finish(unit, low, high, Optional.of(new Applied(ending.function().get(), fraction, least, greatest)), result);
    }

    /** The integer that a value ends as. */
    int of(double value) {
        int x = (int) Math.min(Math.max(Math.rint(value / unit), low), high);
        return function.map(applied -> code(applied, x)).orElse(x);
    }

    private int code(Applied applied, int x) {
        double value = x * unit;
        double y = switch (applied.kind()) {
            case HARD_SIGMOID -> share(value);
            case HARD_SWISH -> value * share(value);
            case SIGMOID -> 1 / (1 + Math.exp(-value));
            case TANH -> Math.tanh(value);
            case GELU -> value * Normal.below(value);
            case SILU -> value / (1 + Math.exp(-value));
            case GELU_TANH -> value / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (value + 0.044715 * value * value * value)));
            case RELU, RELU6 -> throw new IllegalStateException(applied.kind() + " is a matter of bounds");
        };
        return (int) Math.min(Math.max(Math.rint(y / result.step()), applied.low()), applied.high());
    }

    private static double share(double value) {
        return Math.min(Math.max(value + 3, 0), 6) / 6;
    }

    /** Where a function that is not {@link Applied#hard} passes from one code to the next, as the C text takes it. */
    Edges edges() {
        return Edges.of(x -> code(function.orElseThrow(), x), low, high, switch (function.orElseThrow().kind()) {
            // where it turns, if it does
            case GELU -> -0.7517915246935645;
            case SILU -> -1.2784645427610738;
            case GELU_TANH -> -0.7524614220710163;
            default -> Double.NEGATIVE_INFINITY;
        } / unit);
    }
}
