package io.fullynested.api.graph;

/**
 * A table with an entry for every operator: how a backend computes it, how it is written into a file, what a cost model says of it. There
 * is no entry for the rest, so what implements this knows all operators, or does not compile.
 *
 * @param <R> what it says of an operator
 */
public interface OperatorVisitor<R> {

    R input(Input input);

    R normalize(Normalize normalize);

    R convolution(Convolution convolution);

    R dense(Dense dense);

    R batchNorm(BatchNorm norm);

    R activate(Activate activate);

    R fakeQuantize(FakeQuantize quantize);

    R add(Add add);

    R multiply(Multiply multiply);

    R concat(Concat concat);

    R slice(Slice slice);

    R permute(Permute permute);

    R flatten(Flatten flatten);

    R maxPool(MaxPool pool);

    R averagePool(AveragePool pool);

    R globalAveragePool(GlobalAveragePool pool);

    R layerNorm(LayerNorm norm);

    R resize(Resize resize);

    R softmax(Softmax softmax);

    R tokens(Tokens tokens);

    R steps(Steps steps);

    R positions(Positions positions);

    R attention(Attention attention);

    R outputs(Outputs outputs);
}
