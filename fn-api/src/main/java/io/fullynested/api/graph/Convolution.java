package io.fullynested.api.graph;

import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/**
 * {@code C×H×W → O×H'×W'}; over a sequence, {@code D×T → O×T}, only of a window of one step.
 *
 * @param weight {@code [O, C/groups, kernel, kernel]}
 * @param bias   {@code [O]}
 * @param groups number of groups of channels that see each other
 */
public record Convolution(Weight weight, Optional<ParameterSlice> bias, Window window, int groups) implements Layer {

    @Override
    public Shape shape(List<Shape> inputs) {
        Shape x = inputs.get(0);
        int[] weights = weight.slice().shape();
        if (x.channels() != weights[1] * groups || weights[0] % groups != 0) {
            throw new IllegalArgumentException("has weights for " + weights[1] + " → " + weights[0] + " channels in " + groups
                    + " groups, which do not fit " + x.described());
        }
        return window.slide(x).withChannels(weights[0]);
    }

    @Override
    public Convolution with(Weight other, Optional<ParameterSlice> shift) {
        return new Convolution(other, shift, window, groups);
    }

    @Override
    public Convolution mapParameters(UnaryOperator<Weight> weights, BiFunction<ParameterRole, ParameterSlice, ParameterSlice> others) {
        return with(weights.apply(weight), bias.map(slice -> others.apply(ParameterRole.BIAS, slice)));
    }

    @Override
    public <R> R accept(OperatorVisitor<R> visitor) {
        return visitor.convolution(this);
    }
}
