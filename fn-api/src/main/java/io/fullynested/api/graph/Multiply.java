package io.fullynested.api.graph;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/** Product of a signal with one of the same shape, or with a flat gate of one number for each channel. */
public record Multiply() implements Pointwise {

    @Override
    public Shape shape(List<Shape> inputs) {
        Shape x = inputs.get(0);
        Shape gate = inputs.get(1);
        if (!gate.equals(x) && !(gate.flat() && gate.channels() == x.channels())) {
            throw new IllegalArgumentException("cannot gate " + x + " by " + gate);
        }
        return x;
    }

    @Override
    public Multiply mapParameters(UnaryOperator<Weight> weights, BiFunction<ParameterRole, ParameterSlice, ParameterSlice> others) {
        return this;
    }

    @Override
    public <T> T terms(TermFlow<T> flow, List<T> inputs, List<Shape> shapes) {
        return flow.same(inputs.get(0), inputs.get(1));
    }

    @Override
    public boolean nonNegative(boolean inputs) {
        return inputs;
    }

    @Override
    public boolean folds() {
        return false;
    }

    @Override
    public <R> R accept(OperatorVisitor<R> visitor) {
        return visitor.multiply(this);
    }
}
