package io.fullynested.tflite;

import io.fullynested.api.graph.Activation;
import io.fullynested.core.integer.Ending;
import io.fullynested.core.integer.Ending.Bounds;
import io.fullynested.core.integer.NoIntegerFormException;
import io.fullynested.core.integer.Signal;
import io.fullynested.core.integer.Step;
import java.util.Optional;
import org.tensorflow.lite.schema.BuiltinOperator;

/**
 * What comes of what the head of a step computes.
 *
 * @param operators   what writes it
 * @param step        of which it is the end
 * @param ending      functions and bounds
 * @param nonNegative whether nothing below zero comes in
 */
record Finish(Operators operators, Step step, Ending ending, boolean nonNegative) {

    /** Beyond this, functions do not change any more. */
    private static final double MOST = 24;

    Finish {
        ending.function().filter(function -> !Functions.has(function)).ifPresent(function -> {
            throw NoIntegerFormException.of(step.head(), "TFLite has no " + function + " of integers that fits what was trained. Maybe hard-swish or silu?");
        });
    }

    /** Whether int16 codes come before its result: of what is not rounded, and of what a function is applied to. */
    boolean wide() {
        return !step.result().rounded() || ending.function().isPresent();
    }

    /** What goes in, as fine as it has to be. */
    Value prepared(Value codes) {
        return wide() ? operators.quantized(codes, new Value.Grid(Kind.INT16, codes.scale(), 0)) : codes;
    }

    /**
     * What the head of the step computes.
     *
     * @param bound no number that it gives is beyond
     */
    Value.Grid grid(double bound) {
        if (!wide()) {
            return Value.Grid.of(step.result());
        }
        double most = ending.function().map(any -> Math.max(MOST, 2 + step.result().step() * step.result().magnitude())).orElse(Double.POSITIVE_INFINITY);
        return Value.Grid.wide(Math.max(Math.min(bound, most), Float.MIN_NORMAL * (1 << Short.SIZE)));
    }

    /** What the operator that computes it applies at once. */
    Fused fused() {
        return Fused.within(ending.function().isPresent() ? ending.before() : bounds(ending.before()));
    }

    private Bounds bounds(Bounds given) {
        return step.result().rounded() && !step.result().signed() ? new Bounds(Math.max(0, given.least()), given.most()) : given;
    }

    /**
     * The result of the step.
     *
     * @param y     what the head gives
     * @param fused what was applied to it
     */
    Value of(Value y, Fused fused) {
        Signal result = step.result();
        Optional<Activation> function = ending.function();
        if (function.isPresent()) {
            Value x = prepared(y);
            Value applied = new Functions(operators).apply(function.get(), x);
            return bounded(operators.quantized(applied, Value.Grid.of(result)), ending.after(), positive(function.get()), Fused.NONE);
        }
        return result.rounded() ? bounded(operators.quantized(y, Value.Grid.of(result)), ending.before(), nonNegative, fused) : y;
    }

    private static boolean positive(Activation function) {
        return function == Activation.SIGMOID || function == Activation.HARD_SIGMOID;
    }

    /** Codes of the result within bounds, where they do not saturate there already. */
    private Value bounded(Value y, Bounds wanted, boolean positive, Fused fused) {
        Signal result = step.result();
        int zero = y.zeroPoint();
        int low = (int) Math.max(result.least(), Math.rint(Math.max(wanted.least(), -1e9) / result.step()));
        int high = (int) Math.min(result.greatest(), Math.rint(Math.min(wanted.most(), 1e9) / result.step()));
        boolean above = low + zero <= Byte.MIN_VALUE || low <= 0 && positive || low == 0 && fused != Fused.NONE;
        boolean below = high + zero >= Byte.MAX_VALUE || fused.bounds().most() <= wanted.most();
        Value raised = above ? y : operators.bounded(BuiltinOperator.MAXIMUM, y, low + zero);
        return below ? raised : operators.bounded(BuiltinOperator.MINIMUM, raised, high + zero);
    }
}
