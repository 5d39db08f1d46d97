package io.fullynested.api.graph;

import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/**
 * {@code C → O}, on flat signals.
 *
 * @param weight {@code [O, C]}
 * @param bias   {@code [O]}
 */
public record Dense(Weight weight, Optional<ParameterSlice> bias) implements Layer {

    @Override
    public int groups() {
        return 1;
    }

    @Override
    public Window window() {
        return Window.of(1);
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        Shape x = inputs.get(0);
        int[] weights = weight.slice().shape();
        if (!x.flat()) {
            throw new IllegalArgumentException("takes a flat signal, not " + x.described()
                    + ". Maybe put a global-average-pool or a flatten before it?");
        }
        if (x.channels() != weights[1]) {
            throw new IllegalArgumentException("has weights for " + weights[1] + " features, not for " + x.channels());
        }
        return Shape.flat(weights[0]);
    }

    @Override
    public Dense with(Weight other, Optional<ParameterSlice> shift) {
        return new Dense(other, shift);
    }

    @Override
    public Dense mapParameters(UnaryOperator<Weight> weights, BiFunction<ParameterRole, ParameterSlice, ParameterSlice> others) {
        return with(weights.apply(weight), bias.map(slice -> others.apply(ParameterRole.BIAS, slice)));
    }

    @Override
    public <R> R accept(OperatorVisitor<R> visitor) {
        return visitor.dense(this);
    }
}
