package io.fullynested.api.graph;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/** {@code eˣ / Σ eˣ} over the features of a flat signal. */
public record Softmax() implements Mixing {

    @Override
    public Shape shape(List<Shape> inputs) {
        if (!inputs.get(0).flat()) {
            throw new IllegalArgumentException("takes a flat signal, not " + inputs.get(0).described());
        }
        return inputs.get(0);
    }

    @Override
    public Softmax mapParameters(UnaryOperator<Weight> weights, BiFunction<ParameterRole, ParameterSlice, ParameterSlice> others) {
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
        return true;
    }

    @Override
    public <R> R accept(OperatorVisitor<R> visitor) {
        return visitor.softmax(this);
    }
}
