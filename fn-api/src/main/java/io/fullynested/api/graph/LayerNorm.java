package io.fullynested.api.graph;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/**
 * {@code gamma · (x − mean) / √(variance + epsilon) + beta} over the channels or features at each position (Ba et al., Layer
 * normalization, 2016): mean and (biased) variance are those of the channels there, so nothing is recalibrated. Of a submodel they are
 * those of the channels it keeps.
 *
 * @param gamma {@code [C]}
 * @param beta  {@code [C]}
 */
public record LayerNorm(ParameterSlice gamma, ParameterSlice beta, double epsilon) implements Mixing {

    @Override
    public Shape shape(List<Shape> inputs) {
        if (inputs.get(0).channels() != gamma.elements()) {
            throw new IllegalArgumentException("normalises " + gamma.elements() + " channels, not " + inputs.get(0).channels());
        }
        return inputs.get(0);
    }

    @Override
    public LayerNorm mapParameters(UnaryOperator<Weight> weights, BiFunction<ParameterRole, ParameterSlice, ParameterSlice> others) {
        return new LayerNorm(others.apply(ParameterRole.GAMMA, gamma), others.apply(ParameterRole.BETA, beta), epsilon);
    }

    /** In whatever order the channels are, each is normalised alike. */
    @Override
    public <T> T terms(TermFlow<T> flow, List<T> inputs, List<Shape> shapes) {
        flow.vector(inputs.get(0), gamma);
        flow.vector(inputs.get(0), beta);
        return inputs.get(0);
    }

    @Override
    public long macs(List<Shape> inputs) {
        return 0;
    }

    @Override
    public boolean nonNegative(boolean inputs) {
        return false;
    }

    @Override
    public <R> R accept(OperatorVisitor<R> visitor) {
        return visitor.layerNorm(this);
    }
}
