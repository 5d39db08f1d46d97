package io.fullynested.api.graph;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/**
 * {@code gamma · (x − mean) / √(variance + epsilon) + beta} per channel. In training, mean and (biased) variance are those of
 * the batch; elsewhere those of a recalibration, which has to come first: the masters hold no statistics.
 *
 * @param gamma    {@code [C]}
 * @param beta     {@code [C]}
 * @param mean     where a recalibration of this graph puts the means, {@code [C]}
 * @param variance where it puts the variances, {@code [C]}
 */
public record BatchNorm(ParameterSlice gamma, ParameterSlice beta, ParameterSlice mean, ParameterSlice variance, double epsilon) implements Pointwise {

    @Override
    public BatchNorm mapParameters(UnaryOperator<Weight> weights, BiFunction<ParameterRole, ParameterSlice, ParameterSlice> others) {
        return new BatchNorm(others.apply(ParameterRole.GAMMA, gamma), others.apply(ParameterRole.BETA, beta),
                others.apply(ParameterRole.MEAN, mean), others.apply(ParameterRole.VARIANCE, variance), epsilon);
    }

    @Override
    public <T> T terms(TermFlow<T> flow, List<T> inputs, List<Shape> shapes) {
        parameters().forEach(parameter -> flow.vector(inputs.get(0), parameter.slice()));
        return inputs.get(0);
    }

    @Override
    public boolean nonNegative(boolean inputs) {
        return false;
    }

    @Override
    public boolean folds() {
        return true;
    }

    @Override
    public <R> R accept(OperatorVisitor<R> visitor) {
        return visitor.batchNorm(this);
    }
}
