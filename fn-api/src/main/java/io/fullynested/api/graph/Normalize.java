package io.fullynested.api.graph;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/**
 * {@code (x − mean) / deviation} per channel.
 *
 * @param mean      {@code [C]}
 * @param deviation {@code [C]}
 */
public record Normalize(ParameterSlice mean, ParameterSlice deviation) implements Pointwise {

    @Override
    public Normalize mapParameters(UnaryOperator<Weight> weights, BiFunction<ParameterRole, ParameterSlice, ParameterSlice> others) {
        return new Normalize(others.apply(ParameterRole.MEAN, mean), others.apply(ParameterRole.DEVIATION, deviation));
    }

    @Override
    public <T> T terms(TermFlow<T> flow, List<T> inputs, List<Shape> shapes) {
        flow.vector(inputs.get(0), mean);
        flow.vector(inputs.get(0), deviation);
        return inputs.get(0);
    }

    @Override
    public boolean nonNegative(boolean inputs) {
        return false;
    }

    @Override
    public boolean folds() {
        return false;
    }

    @Override
    public <R> R accept(OperatorVisitor<R> visitor) {
        return visitor.normalize(this);
    }
}
