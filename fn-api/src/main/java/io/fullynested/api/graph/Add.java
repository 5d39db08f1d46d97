package io.fullynested.api.graph;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/** Sum of two signals of one shape. */
public record Add() implements Pointwise {

    @Override
    public Shape shape(List<Shape> inputs) {
        if (!inputs.get(0).equals(inputs.get(1))) {
            throw new IllegalArgumentException("takes two signals of one shape, not " + inputs.get(0) + " and " + inputs.get(1));
        }
        return inputs.get(0);
    }

    @Override
    public Add mapParameters(UnaryOperator<Weight> weights, BiFunction<ParameterRole, ParameterSlice, ParameterSlice> others) {
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
        return visitor.add(this);
    }
}
