package io.fullynested.core.interpreter;

import io.fullynested.api.graph.Activate;
import io.fullynested.api.graph.Add;
import io.fullynested.api.graph.Attention;
import io.fullynested.api.graph.AveragePool;
import io.fullynested.api.graph.BatchNorm;
import io.fullynested.api.graph.Concat;
import io.fullynested.api.graph.Convolution;
import io.fullynested.api.graph.Dense;
import io.fullynested.api.graph.FakeQuantize;
import io.fullynested.api.graph.Flatten;
import io.fullynested.api.graph.GlobalAveragePool;
import io.fullynested.api.graph.Input;
import io.fullynested.api.graph.Layer;
import io.fullynested.api.graph.LayerNorm;
import io.fullynested.api.graph.MaxPool;
import io.fullynested.api.graph.Multiply;
import io.fullynested.api.graph.Normalize;
import io.fullynested.api.graph.OperatorVisitor;
import io.fullynested.api.graph.Outputs;
import io.fullynested.api.graph.ParameterSlice;
import io.fullynested.api.graph.Permute;
import io.fullynested.api.graph.Positions;
import io.fullynested.api.graph.Resize;
import io.fullynested.api.graph.Slice;
import io.fullynested.api.graph.Softmax;
import io.fullynested.api.graph.Steps;
import io.fullynested.api.graph.Tokens;
import io.fullynested.core.model.Parameters;
import io.fullynested.core.tensor.Samples;
import io.fullynested.core.tensor.Tensor;
import java.util.List;

/**
 * How the reference engine computes each operator.
 *
 * @param parameters where its weights are
 * @param inputs     the results it takes
 */
record ReferenceKernels(Parameters parameters, List<Tensor> inputs) implements OperatorVisitor<Tensor> {

    private Tensor x() {
        return inputs.get(0);
    }

    private Tensor value(ParameterSlice slice) {
        return parameters.value(slice);
    }

    private Tensor bias(Layer layer) {
        return layer.bias().map(parameters::value).orElse(null);
    }

    @Override
    public Tensor input(Input input) {
        throw new IllegalArgumentException("An input is given, not computed");
    }

    @Override
    public Tensor normalize(Normalize normalize) {
        return Pointwise.normalize(x(), value(normalize.mean()), value(normalize.deviation()));
    }

    @Override
    public Tensor convolution(Convolution convolution) {
        return Products.convolution(x(), parameters.value(convolution.weight()), bias(convolution), convolution.window(), convolution.groups());
    }

    @Override
    public Tensor dense(Dense dense) {
        return Products.dense(x(), parameters.value(dense.weight()), bias(dense));
    }

    @Override
    public Tensor batchNorm(BatchNorm norm) {
        return Pointwise.batchNorm(x(), value(norm.gamma()), value(norm.beta()), value(norm.mean()), value(norm.variance()), norm.epsilon());
    }

    @Override
    public Tensor activate(Activate activate) {
        return Pointwise.activate(x(), activate.function());
    }

    @Override
    public Tensor fakeQuantize(FakeQuantize quantize) {
        return Pointwise.fakeQuantize(x(), quantize, quantize.greatest(value(quantize.clip()).data()[0]));
    }

    @Override
    public Tensor add(Add add) {
        return Pointwise.add(x(), inputs.get(1));
    }

    @Override
    public Tensor multiply(Multiply multiply) {
        return Pointwise.multiply(x(), inputs.get(1));
    }

    @Override
    public Tensor concat(Concat concat) {
        return Channels.concat(inputs);
    }

    @Override
    public Tensor slice(Slice slice) {
        return Channels.slice(x(), slice.from(), slice.to());
    }

    @Override
    public Tensor permute(Permute permute) {
        return Channels.permute(x(), permute.order());
    }

    @Override
    public Tensor flatten(Flatten flatten) {
        return Channels.flatten(x());
    }

    @Override
    public Tensor maxPool(MaxPool pool) {
        return Pooling.max(x(), pool);
    }

    @Override
    public Tensor averagePool(AveragePool pool) {
        return Pooling.average(x(), pool.window());
    }

    @Override
    public Tensor globalAveragePool(GlobalAveragePool pool) {
        return Pooling.globalAverage(x());
    }

    @Override
    public Tensor layerNorm(LayerNorm norm) {
        return Pointwise.layerNorm(x(), value(norm.gamma()), value(norm.beta()), norm.epsilon());
    }

    @Override
    public Tensor resize(Resize resize) {
        return Channels.resize(x(), resize.rows(), resize.columns());
    }

    @Override
    public Tensor tokens(Tokens tokens) {
        return Sequences.tokens(x(), tokens.leading());
    }

    @Override
    public Tensor steps(Steps steps) {
        return Sequences.steps(x(), steps.from(), steps.to());
    }

    @Override
    public Tensor positions(Positions positions) {
        return Sequences.positions(x(), value(positions.table()));
    }

    @Override
    public Tensor attention(Attention attention) {
        return Sequences.attention(x(), inputs.get(1), inputs.get(2), attention.heads(), attention.scale());
    }

    @Override
    public Tensor outputs(Outputs outputs) {
        return Samples.joined(inputs);
    }

    @Override
    public Tensor softmax(Softmax softmax) {
        return Pointwise.softmax(x());
    }
}
