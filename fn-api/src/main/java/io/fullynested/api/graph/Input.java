package io.fullynested.api.graph;

import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/**
 * The image that goes in, values in 0..1. No inputs.
 *
 * @param shape of one sample
 */
public record Input(Shape shape) implements Operator {

    @Override
    public Shape shape(List<Shape> inputs) {
        return shape;
    }

    @Override
    public Operator mapParameters(UnaryOperator<Weight> weights, BiFunction<ParameterRole, ParameterSlice, ParameterSlice> others) {
        return this;
    }

    @Override
    public <T> T terms(TermFlow<T> flow, List<T> inputs, List<Shape> shapes) {
        return flow.fresh(shape.channels());
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
    public boolean keepsCodes() {
        return false;
    }

    @Override
    public boolean inPlace() {
        return false;
    }

    @Override
    public boolean folds() {
        return false;
    }

    @Override
    public Optional<Layer> layer() {
        return Optional.empty();
    }

    @Override
    public <R> R accept(OperatorVisitor<R> visitor) {
        return visitor.input(this);
    }
}
