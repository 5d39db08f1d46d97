package io.fullynested.api.graph;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/** Element-wise function; any shape. */
public record Activate(Activation function) implements Pointwise {

    @Override
    public Activate mapParameters(UnaryOperator<Weight> weights, BiFunction<ParameterRole, ParameterSlice, ParameterSlice> others) {
        return this;
    }

    @Override
    public <T> T terms(TermFlow<T> flow, List<T> inputs, List<Shape> shapes) {
        return inputs.get(0);
    }

    @Override
    public boolean nonNegative(boolean inputs) {
        return function.nonNegative();
    }

    @Override
    public boolean folds() {
        return false;
    }

    @Override
    public <R> R accept(OperatorVisitor<R> visitor) {
        return visitor.activate(this);
    }
}
