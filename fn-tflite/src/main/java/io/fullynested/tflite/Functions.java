package io.fullynested.tflite;

import io.fullynested.api.graph.Activation;
import org.tensorflow.lite.schema.BuiltinOperator;

/**
 * Activation functions in integers: of int16 codes, which are fine enough that the rounding of what comes in does not show in eight bits of what comes out.
 * What 8-bit kernels of these functions take is rounded to 8 bits before, which no engine here does.
 */
final class Functions {

    private final Operators operators;

    Functions(Operators operators) {
        this.operators = operators;
    }

    /** Whether there is one. */
    static boolean has(Activation function) {
        return function != Activation.GELU && function != Activation.GELU_TANH;
    }

    /** A function, but for those that are bounds, of int16 codes; it gives such too. */
    Value apply(Activation function, Value x) {
        return switch (function) {
            case SIGMOID -> operators.function(BuiltinOperator.LOGISTIC, x);
            case TANH -> operators.function(BuiltinOperator.TANH, x);
            case SILU -> gated(x, operators.function(BuiltinOperator.LOGISTIC, x));
            case HARD_SIGMOID -> share(x);
            case HARD_SWISH -> gated(x, share(x));
            case RELU, RELU6, GELU, GELU_TANH -> throw new IllegalArgumentException("There are no int16 codes of " + function);
        };
    }

    private Value gated(Value x, Value gate) {
        return operators.multiply(x, gate.tensor(), x.grid(), Fused.NONE);
    }

    /** {@code max(0, min(1, (x + 3) / 6))}: sums beyond 6 saturate. */
    private Value share(Value x) {
        Value sum = operators.add(x, constant(3), Value.Grid.wide(6), Fused.RELU);
        return operators.multiply(sum, constant(1.0 / 6), Value.Grid.wide(1), Fused.NONE);
    }

    private int constant(double number) {
        return operators.file().code(Value.Grid.wide(number), Short.MAX_VALUE);
    }
}
