package io.fullynested.testkit;

import static io.fullynested.api.nesting.NestingLevel.CHANNELS;
import static io.fullynested.api.nesting.NestingLevel.NEURONS;
import static io.fullynested.api.nesting.NestingLevel.PATHS;

import io.fullynested.api.block.BlockBuilder;
import io.fullynested.api.block.Extent;
import io.fullynested.api.block.NestableBlock;
import io.fullynested.api.block.Signal;
import io.fullynested.api.graph.Activate;
import io.fullynested.api.graph.Activation;
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
import io.fullynested.api.graph.Normalize;
import io.fullynested.api.graph.Operator;
import io.fullynested.api.graph.Outputs;
import io.fullynested.api.graph.ParameterSlice;
import io.fullynested.api.graph.Permute;
import io.fullynested.api.graph.Positions;
import io.fullynested.api.graph.Resize;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.graph.Slice;
import io.fullynested.api.graph.Softmax;
import io.fullynested.api.graph.Steps;
import io.fullynested.api.graph.Tokens;
import io.fullynested.api.graph.Weight;
import io.fullynested.api.graph.Window;
import io.fullynested.core.block.PixelClassifier;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A sample of every operator. */
final class OperatorSamples {

    /** 30 pixels. */
    private static final Shape IMAGE = Shape.image(4, 6, 5);
    /** Three rows of two columns, which it slides over otherwise. */
    private static final Window TALL = new Window(new Window.Side(3, 2, 1, 1), new Window.Side(2, 2, 1, 1));
    private static final Shape SEQUENCE = Shape.sequence(6, 7);
    private static final Shape FLAT = Shape.flat(7);
    private static final List<Shape> ONE = List.of(IMAGE);
    private static final List<Shape> TWO = List.of(IMAGE, IMAGE);
    private static final NestableBlock PASSES = (x, b) -> x;

    private OperatorSamples() {
    }

    static Stream<OperatorSample> all() {
        return Stream.of(
                sample(new Input(IMAGE), List.of(), IMAGE, 0, 0, 0, PASSES),
                sample(new Normalize(vector("mean", 4), vector("deviation", 4)), ONE, IMAGE, 0, 0, 2 * 120, PASSES),
                sample(new FakeQuantize(4, true, vector("clip"), 1.5f), ONE, IMAGE, 0, 0, 0, PASSES),
                sample(new Convolution(weight(6, 2, 3, 3), Optional.empty(), Window.of(3).stride(2), 2), ONE, Shape.image(6, 3, 3), 108 * 9, 108,
                        2 * 108 * 9, (x, b) -> conv("conv", x, b)),
                sample(new Dense(weight(3, 7), Optional.of(vector("bias", 3))), List.of(FLAT), Shape.flat(3), 21, 24, 42 + 3,
                        (x, b) -> b.sigmoid(b.dense("dense", b.globalAveragePool(x), b.axis(NEURONS, "neurons", 5)))),
                sample(new BatchNorm(vector("gamma", 4), vector("beta", 4), vector("mean", 4), vector("variance", 4), 1e-5), ONE, IMAGE, 0, 8, 8 * 30,
                        (x, b) -> b.sigmoid(b.batchNorm("norm", conv("conv", x, b)))),
                sample(new LayerNorm(vector("gamma", 4), vector("beta", 4), 1e-5), ONE, IMAGE, 0, 8, 7 * 120,
                        (x, b) -> b.layerNorm("flat", b.globalAveragePool(b.sigmoid(b.layerNorm("norm", conv("conv", x, b)))))).unmaskable(),
                sample(new Activate(Activation.GELU), ONE, IMAGE, 0, 0, 120, OperatorSamples::functions),
                sample(new Add(), TWO, IMAGE, 0, 0, 120, (x, b) -> b.add(x, b.convolution("conv", x, x.extent(), Window.of(3)))),
                sample(new Multiply(), List.of(IMAGE, Shape.flat(4)), IMAGE, 0, 0, 120, new AdHocBlocks.SqueezeExcite(3, Activation.SIGMOID)),
                sample(new Concat(), TWO, Shape.image(8, 6, 5), 0, 0, 0, new AdHocBlocks.ShuffleUnit(3)),
                sample(new Slice(1, 3), ONE, Shape.image(2, 6, 5), 0, 0, 0, new AdHocBlocks.ShuffleUnit(3)),
                sample(new Permute(List.of(2, 0, 3, 1)), ONE, IMAGE, 0, 0, 0, new AdHocBlocks.ShuffleUnit(3)),
                sample(new Flatten(), ONE, Shape.flat(120), 0, 0, 0,
                        (x, b) -> b.sigmoid(b.dense("dense", b.flatten(x), b.axis(NEURONS, "neurons", 5)))),
                sample(new MaxPool(new Window(2, 2, 0, 1)), ONE, Shape.image(4, 3, 2), 0, 0, 4 * 24, new AdHocBlocks.Pool(true, 3, 2)),
                sample(new MaxPool(new Window(3, 2, 0, 1), true), ONE, Shape.image(4, 3, 2), 0, 0, 9 * 24,
                        (x, b) -> conv("conv", b.maxPool(b.sigmoid(x), new Window(3, 2, 0, 1), true), b)),
                sample(new AveragePool(new Window(2, 2, 0, 1)), ONE, Shape.image(4, 3, 2), 0, 0, 4 * 24, new AdHocBlocks.Pool(false, 3, 2)),
                sample(new AveragePool(TALL), ONE, Shape.image(4, 3, 3), 0, 0, 6 * 36, (x, b) -> b.averagePool(conv("conv", x, b), TALL)),
                sample(new MaxPool(TALL, true), ONE, Shape.image(4, 4, 3), 0, 0, 6 * 48, (x, b) -> b.maxPool(b.sigmoid(conv("conv", x, b)), TALL, true)),
                sample(new Convolution(weight(6, 4, 3, 2), Optional.empty(), TALL, 1), ONE, Shape.image(6, 3, 3), 144 * 9, 144, 2 * 144 * 9,
                        (x, b) -> b.convolution("conv", x, b.axis(CHANNELS, "conv", 6), TALL)),
                sample(new GlobalAveragePool(), ONE, Shape.flat(4), 0, 0, 120, (x, b) -> b.globalAveragePool(x)),
                sample(new Resize(2, 3), ONE, Shape.image(4, 12, 15), 0, 0, 0,
                        (x, b) -> conv("conv", b.resize(b.maxPool(x, new Window(3, 2, 1, 1)), 2), b)),
                sample(new Softmax(), List.of(FLAT), FLAT, 0, 0, 3 * 7,
                        (x, b) -> new AdHocBlocks.Mixture(3, 4).build(b.globalAveragePool(x), b)),
                sample(new Tokens(2), ONE, Shape.sequence(4, 32), 0, 0, 0,
                        (x, b) -> each("conv", b.tokens(b.tokens(b.sigmoid(conv("opening", x, b)), 0), 2), b.axis(CHANNELS, "conv", 5), b)),
                sample(new Steps(1, 3), List.of(SEQUENCE), Shape.sequence(6, 2), 0, 0, 0,
                        (x, b) -> b.flatten(b.steps(b.tokens(conv("conv", x, b), 0), 1, 3))),
                sample(new Positions(vector("table", 6, 7)), List.of(SEQUENCE), SEQUENCE, 0, 42, 42,
                        (x, b) -> b.positions("sequence", b.tokens(b.positions("image", conv("conv", x, b)), 1))),
                sample(new Attention(2, 0.5), List.of(SEQUENCE, Shape.sequence(6, 5), Shape.sequence(4, 5)), Shape.sequence(4, 7), 35 * (6 + 4), 0,
                        2 * 350 + 4 * 70, OperatorSamples::attention),
                sample(new Outputs(List.of("map", "class")), List.of(IMAGE, FLAT), Shape.flat(127), 0, 0, 0, PASSES).beside(new PixelClassifier(3)));
    }

    private static OperatorSample sample(Operator operator, List<Shape> inputs, Shape result, long macs, long params, long flops, NestableBlock block) {
        return new OperatorSample(operator, inputs, result, macs, params, flops, block, IMAGE, List.of(), true);
    }

    private static Signal conv(String name, Signal x, BlockBuilder b) {
        return b.convolution(name, x, b.axis(CHANNELS, name, 6), Window.of(3));
    }

    private static Signal each(String name, Signal x, Extent out, BlockBuilder b) {
        return b.convolution(name, x, out, Window.of(1), Extent.fixed(1), true);
    }

    /** Fewer steps ask than are asked, and values are wider than keys. */
    private static Signal attention(Signal x, BlockBuilder b) {
        Signal steps = b.tokens(x, 1);
        Signal some = b.steps(steps, 0, 3);
        Extent heads = b.axis(PATHS, "heads", 3);
        Extent keys = heads.times(b.axis(CHANNELS, "keys", 4));
        Extent values = heads.times(b.axis(CHANNELS, "values", 5));
        return each("closing", b.attention(each("queries", some, keys, b), each("keys", steps, keys, b), each("values", steps, values, b), heads, 0.7),
                b.axis(CHANNELS, "closing", 6), b);
    }

    /** Each function on channels of its own. */
    private static Signal functions(Signal x, BlockBuilder b) {
        return b.concat(Stream.of(Activation.values()).map(function -> {
            String name = function.name().toLowerCase();
            Signal y = b.batchNorm(name + "-norm", b.convolution(name + "-conv", x, b.axis(CHANNELS, name, 2), Window.of(1)));
            return b.activate(function, y);
        }).toList());
    }

    private static Weight weight(int... shape) {
        return new Weight(vector("weight", shape), Weight.FLOAT);
    }

    private static ParameterSlice vector(String name, int... shape) {
        return ParameterSlice.whole(name, shape);
    }
}
