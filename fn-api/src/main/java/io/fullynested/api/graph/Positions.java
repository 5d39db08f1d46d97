package io.fullynested.api.graph;

import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/**
 * {@code x + table}: a number of its own is added to each channel at each position, as what tells a transformer where a step stands.
 *
 * @param table {@code [C, positions]}
 */
public record Positions(ParameterSlice table) implements Pointwise {

    @Override
    public Shape shape(List<Shape> inputs) {
        Shape x = inputs.get(0);
        if (!Arrays.equals(table.shape(), new int[] {x.channels(), x.positions()})) {
            throw new IllegalArgumentException("has numbers for " + Arrays.toString(table.shape()) + ", channels and positions, not for " + x.described());
        }
        return x;
    }

    @Override
    public Positions mapParameters(UnaryOperator<Weight> weights, BiFunction<ParameterRole, ParameterSlice, ParameterSlice> others) {
        return new Positions(others.apply(ParameterRole.TABLE, table));
    }

    @Override
    public <T> T terms(TermFlow<T> flow, List<T> inputs, List<Shape> shapes) {
        flow.vector(inputs.get(0), table);
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
        return visitor.positions(this);
    }
}
