package io.fullynested.api.graph;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/** Mean over a window, padded zeros counted. */
public record AveragePool(Window window) implements Mixing {

    @Override
    public Shape shape(List<Shape> inputs) {
        return window.slide(inputs.get(0));
    }

    @Override
    public AveragePool mapParameters(UnaryOperator<Weight> weights, BiFunction<ParameterRole, ParameterSlice, ParameterSlice> others) {
        return this;
    }

    @Override
    public <T> T terms(TermFlow<T> flow, List<T> inputs, List<Shape> shapes) {
        return inputs.get(0);
    }

    @Override
    public long macs(List<Shape> inputs) {
        return 0;
    }

    @Override
    public boolean nonNegative(boolean inputs) {
        return inputs;
    }

    @Override
    public <R> R accept(OperatorVisitor<R> visitor) {
        return visitor.averagePool(this);
    }
}
