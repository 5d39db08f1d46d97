package io.fullynested.report;

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
import io.fullynested.api.graph.LayerNorm;
import io.fullynested.api.graph.MaxPool;
import io.fullynested.api.graph.Multiply;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Normalize;
import io.fullynested.api.graph.OperatorVisitor;
import io.fullynested.api.graph.Outputs;
import io.fullynested.api.graph.Permute;
import io.fullynested.api.graph.Positions;
import io.fullynested.api.graph.Resize;
import io.fullynested.api.graph.Slice;
import io.fullynested.api.graph.Softmax;
import io.fullynested.api.graph.Steps;
import io.fullynested.api.graph.Tokens;
import io.fullynested.api.graph.Window;
import java.util.Optional;

/** What a node does, in words, if a layer of the report begins with it; what does not belongs to the layer before it. */
record Caption(Node node) implements OperatorVisitor<Optional<String>> {

    private static String side(Window window) {
        return window.rows().kernel() + "×" + window.columns().kernel();
    }

    @Override
    public Optional<String> input(Input input) {
        return Optional.of("image");
    }

    @Override
    public Optional<String> normalize(Normalize normalize) {
        return Optional.empty();
    }

    @Override
    public Optional<String> convolution(Convolution convolution) {
        int groups = convolution.groups();
        String kind = groups > 1 && groups == node.shape().channels() ? "depthwise convolution" : "convolution";
        return Optional.of(side(convolution.window()) + " " + kind + (groups > 1 && kind.equals("convolution") ? ", " + groups + " groups" : ""));
    }

    @Override
    public Optional<String> dense(Dense dense) {
        return Optional.of("dense");
    }

    @Override
    public Optional<String> batchNorm(BatchNorm norm) {
        return Optional.empty();
    }

    @Override
    public Optional<String> activate(Activate activate) {
        return Optional.empty();
    }

    @Override
    public Optional<String> fakeQuantize(FakeQuantize quantize) {
        return Optional.empty();
    }

    @Override
    public Optional<String> add(Add add) {
        return Optional.of("sum");
    }

    @Override
    public Optional<String> multiply(Multiply multiply) {
        return Optional.of("product");
    }

    @Override
    public Optional<String> concat(Concat concat) {
        return Optional.of("concatenation");
    }

    @Override
    public Optional<String> slice(Slice slice) {
        return Optional.empty();
    }

    @Override
    public Optional<String> permute(Permute permute) {
        return Optional.empty();
    }

    @Override
    public Optional<String> flatten(Flatten flatten) {
        return Optional.empty();
    }

    @Override
    public Optional<String> maxPool(MaxPool pool) {
        return Optional.of("maximum over " + side(pool.window()));
    }

    @Override
    public Optional<String> averagePool(AveragePool pool) {
        return Optional.of("mean over " + side(pool.window()));
    }

    @Override
    public Optional<String> globalAveragePool(GlobalAveragePool pool) {
        return Optional.of("mean over the image");
    }

    @Override
    public Optional<String> layerNorm(LayerNorm norm) {
        return Optional.of("layer norm");
    }

    @Override
    public Optional<String> resize(Resize resize) {
        return Optional.of("enlargement " + resize.rows() + "×" + resize.columns());
    }

    @Override
    public Optional<String> tokens(Tokens tokens) {
        return Optional.of("image as a sequence");
    }

    @Override
    public Optional<String> steps(Steps steps) {
        return Optional.empty();
    }

    @Override
    public Optional<String> positions(Positions positions) {
        return Optional.of("positions");
    }

    @Override
    public Optional<String> attention(Attention attention) {
        return Optional.of("attention, " + attention.heads() + (attention.heads() == 1 ? " head" : " heads"));
    }

    @Override
    public Optional<String> outputs(Outputs outputs) {
        return Optional.of("outputs");
    }

    @Override
    public Optional<String> softmax(Softmax softmax) {
        return Optional.empty();
    }
}
