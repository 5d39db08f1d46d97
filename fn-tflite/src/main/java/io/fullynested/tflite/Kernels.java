package io.fullynested.tflite;

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
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Normalize;
import io.fullynested.api.graph.OperatorVisitor;
import io.fullynested.api.graph.Outputs;
import io.fullynested.api.graph.Permute;
import io.fullynested.api.graph.Positions;
import io.fullynested.api.graph.Resize;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.graph.Slice;
import io.fullynested.api.graph.Softmax;
import io.fullynested.api.graph.Steps;
import io.fullynested.api.graph.Tokens;
import io.fullynested.api.graph.Window;
import io.fullynested.core.integer.Ending;
import io.fullynested.core.integer.NoIntegerFormException;
import io.fullynested.core.integer.Signal;
import io.fullynested.core.integer.Step;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/** How each operator is written in TFLite: the head of a step, and what follows in it. Each gives the tensor of the step's result. */
final class Kernels implements OperatorVisitor<Value> {

    private final Lowering file;
    private final Operators operators;
    private final Step step;
    private final Node node;
    private final List<Signal> signals;
    private final List<Shape> shapes;

    Kernels(Lowering file, int position) {
        this.file = file;
        this.operators = file.operators();
        this.step = file.steps().get(position);
        this.node = step.head();
        this.signals = step.inputs().stream().map(input -> file.steps().get(input).result()).toList();
        this.shapes = file.graph().inputShapes(node);
    }

    @Override
    public Value input(Input input) {
        if (!step.result().rounded()) {
            throw refuse("what goes in is not rounded. Maybe quantization: {activations: {bits: 8}}?");
        }
        return still(new Entrance(file, step, input).value(finish(step.normalized(), false)));
    }

    @Override
    public Value normalize(Normalize normalize) {
        throw refuse("it stands elsewhere than behind what goes in");
    }

    @Override
    public Value convolution(Convolution convolution) {
        int groups = convolution.groups();
        Window window = convolution.window();
        boolean depthwise = groups > 1 && groups == shapes.get(0).channels();
        List<Integer> dims = Value.dims(node.shape());
        return layer(convolution, codes(0), Coded.filters(convolution, depthwise), (x, sums) -> operators.convolution(x, sums.weights(),
                x.kind() == Kind.INT16 ? window.padding(0) : window, depthwise, operators.file().value(dims, sums.grid()), sums.fused()));
    }

    @Override
    public Value dense(Dense dense) {
        boolean joined = !signals.get(0).parts().isEmpty();
        return layer(dense, joined ? file.value(step.inputs().get(0)) : codes(0), Coded.matrix(dense),
                (x, sums) -> operators.dense(x, sums.weights(), operators.file().value(Value.dims(node.shape()), sums.grid()), sums.fused()));
    }

    private Value layer(Layer layer, Value given, Coded.Arrangement arrangement, BiFunction<Value, Sums, Value> write) {
        if (!layer.weight().quantized()) {
            throw refuse("its weights are not quantised. Maybe quantization: {weights: {bits: 8}}, and no quantize: false?");
        }
        Finish finish = finish(step, false);
        Sums.Before before = Sums.of(file, step, layer, given, finish);
        // zeros are put around while there is a code of zero
        Value x = before.wide() && given.kind() == Kind.INT8 ? operators.wide(operators.padded(given, layer.window())) : given;
        Sums sums = before.written(x, arrangement);
        Value y = write.apply(x, sums);
        return still(sums.finish().of(y, sums.fused()));
    }

    @Override
    public Value batchNorm(BatchNorm norm) {
        throw refuse("it does not follow a convolution or dense layer that it could be folded into");
    }

    @Override
    public Value activate(Activate activate) {
        return still(ended(codes(0), signals.get(0)));
    }

    @Override
    public Value fakeQuantize(FakeQuantize quantize) {
        return still(ended(codes(0), signals.get(0)));
    }

    private Finish finish(Step of, boolean nonNegative) {
        return new Finish(operators, of, Ending.of(of), nonNegative);
    }

    /** What the step does to codes that its head only moved. */
    private Value ended(Value codes, Signal from) {
        boolean same = step.functions().stream().allMatch(one -> one.operator().keepsCodes());
        return same && from.rounded() ? operators.quantized(codes, Value.Grid.of(step.result())) : finish(step, !from.signed()).of(codes, Fused.NONE);
    }

    /** Flattens what is to be. */
    private Value still(Value result) {
        Shape last = step.tail().isEmpty() ? node.shape() : step.tail().get(step.tail().size() - 1).shape();
        return last.flat() && result.dims().size() > 2 ? operators.flattened(result) : result;
    }

    @Override
    public Value add(Add add) {
        double bound = most(0) + most(1);
        Finish finish = finish(step, !signals.get(0).signed() && !signals.get(1).signed());
        Value a = finish.prepared(codes(0));
        Value b = finish.prepared(codes(1));
        return still(finish.of(operators.add(a, b.tensor(), finish.grid(bound), finish.fused()), finish.fused()));
    }

    @Override
    public Value multiply(Multiply multiply) {
        double bound = most(0) * most(1);
        Finish finish = finish(step, !signals.get(0).signed() && !signals.get(1).signed());
        Value x = finish.prepared(codes(0));
        Value gate = finish.prepared(codes(1));
        return still(finish.of(operators.multiply(x, gate.tensor(), finish.grid(bound), finish.fused()), finish.fused()));
    }

    private double most(int input) {
        return signals.get(input).step() * signals.get(input).magnitude();
    }

    @Override
    public Value concat(Concat concat) {
        IntStream inputs = IntStream.range(0, signals.size());
        if (step.result().parts().isEmpty()) {
            return still(operators.joined(inputs.mapToObj(i -> ended(codes(i), signals.get(i))).toList()));
        }
        if (!step.tail().stream().allMatch(one -> one.operator().keepsCodes())) {
            throw refuse("the signals that it joins are rounded to codes of different steps, which a dense layer takes, but no " + step.tail().get(0).name());
        }
        Value.Grid grid = Value.Grid.wide(IntStream.range(0, signals.size()).mapToDouble(this::most).max().orElseThrow());
        return still(operators.joined(inputs.mapToObj(i -> operators.quantized(codes(i), grid)).toList()));
    }

    @Override
    public Value slice(Slice slice) {
        return still(ended(operators.slice(codes(0), slice.from(), slice.to() - slice.from()), signals.get(0)));
    }

    @Override
    public Value permute(Permute permute) {
        return still(ended(operators.permuted(codes(0), permute.order().stream().mapToInt(Integer::intValue).toArray()), signals.get(0)));
    }

    @Override
    public Value flatten(Flatten flatten) {
        return ended(operators.flattened(codes(0)), signals.get(0));
    }

    @Override
    public Value maxPool(MaxPool pool) {
        if (pool.window().rows().dilation() > 1 || pool.window().columns().dilation() > 1) {
            throw refuse("TFLite has no pools with a dilation");
        }
        return still(ended(operators.greatest(codes(0), pool.window(), node.shape().height(), node.shape().width()), signals.get(0)));
    }

    /** A convolution of each channel with ones: a pool of TFLite does not count what is put around an image, and keeps its grid. */
    @Override
    public Value averagePool(AveragePool pool) {
        Finish finish = finish(step, !signals.get(0).signed());
        Value x = finish.prepared(codes(0));
        Weights ones = Coded.ones(operators.file(), x, pool.window());
        Value y = operators.file().value(Value.dims(node.shape()), finish.grid(most(0)));
        return still(finish.of(operators.convolution(x, ones, pool.window(), true, y, finish.fused()), finish.fused()));
    }

    @Override
    public Value globalAveragePool(GlobalAveragePool pool) {
        Finish finish = finish(step, !signals.get(0).signed());
        return still(finish.of(operators.means(finish.prepared(codes(0)), finish.grid(most(0))), Fused.NONE));
    }

    @Override
    public Value layerNorm(LayerNorm norm) {
        throw refuse("it needs roots and quotients");
    }

    @Override
    public Value resize(Resize resize) {
        return still(ended(operators.enlarged(codes(0), node.shape().height(), node.shape().width()), signals.get(0)));
    }

    @Override
    public Value softmax(Softmax softmax) {
        throw refuse("it needs exponentials and quotients. Maybe a network that ends in its logits, of which the greatest is that of the softmax?");
    }

    @Override
    public Value tokens(Tokens tokens) {
        throw refuse("it is of sequences, which have no integer form here");
    }

    @Override
    public Value steps(Steps steps) {
        throw refuse("it is of sequences, which have no integer form here");
    }

    @Override
    public Value positions(Positions positions) {
        throw refuse("it adds a table of numbers, which has no integer form here");
    }

    @Override
    public Value attention(Attention attention) {
        throw refuse("it needs exponentials and quotients");
    }

    @Override
    public Value outputs(Outputs outputs) {
        for (int i = 0; i < signals.size(); i++) {
            if (!signals.get(i).parts().isEmpty()) {
                throw NoIntegerFormException.of(file.steps().get(step.inputs().get(i)).head(), "what comes out joins signals of different steps");
            }
        }
        file.gives(step.inputs());
        return null;
    }

    /** What a step before gives, which has to be codes of one step. */
    private Value codes(int input) {
        Step from = file.steps().get(step.inputs().get(input));
        if (!from.result().rounded()) {
            throw refuse("what goes in from " + from.head().name()
                    + " is not rounded. Maybe quantization: {activations: {bits: 8}}, and no quantize: false before it?");
        }
        if (!from.result().parts().isEmpty()) {
            throw refuse("what goes in joins signals that are rounded to codes of different steps, which only a dense layer takes");
        }
        Value value = file.value(step.inputs().get(input));
        if (value == null) {
            // refused already, which is what is told
            throw refuse("what goes in from " + from.head().name() + " has none");
        }
        return value;
    }

    private NoIntegerFormException refuse(String why) {
        return NoIntegerFormException.of(node, why);
    }
}
