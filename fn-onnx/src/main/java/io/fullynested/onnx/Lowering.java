package io.fullynested.onnx;

import static io.fullynested.onnx.Protos.BATCH;
import static io.fullynested.onnx.Protos.attribute;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.fullynested.api.graph.Activation;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Operator;
import io.fullynested.api.graph.ParameterSlice;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.graph.Window;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.SignalGrid;
import io.fullynested.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * One pass over a graph that writes each node in ONNX operators. A signal that was quantised is kept as codes: operators that only
 * move values around work on the codes, and a DequantizeLinear is written when the first one that computes asks for numbers. So
 * every operator that computes stands between DequantizeLinear and QuantizeLinear, which is what runtimes fuse.
 */
final class Lowering {

    private final Graph graph;
    private final Model model;
    private final Format format;
    private final OnnxGraph onnx;
    private final Weights weights;
    private final boolean functions;
    /** The result of each node in float, once someone asked for it. */
    private final Value[] values;
    /** The result of each node in codes, if it has any. */
    private final Codes[] codes;
    /** The result of a global average pool before it is flattened, for a QuantizeLinear to follow at once. */
    private final Value[] pooled;

    /** @param functions whether the file may have functions of its own for what would do without, if slower */
    Lowering(Model model, Format format, OnnxGraph onnx, boolean functions, List<String> notes) {
        this.graph = model.graph();
        this.model = model;
        this.format = format;
        this.onnx = onnx;
        this.functions = functions;
        this.weights = new Weights(model.parameters(), format, onnx, notes);
        int nodes = graph.nodes().size();
        this.values = new Value[nodes];
        this.codes = new Codes[nodes];
        this.pooled = new Value[nodes];
    }

    GraphProto run() {
        for (int i = 0; i < values.length; i++) {
            lower(i, graph.node(i));
        }
        return onnx.finish(value(values.length - 1));
    }

    private void lower(int i, Node node) {
        Operator operator = node.operator();
        if (operator instanceof Operator.Input) {
            values[i] = onnx.input(dims(node.shape()));
        } else if (operator instanceof Operator.FakeQuantize quantize) {
            quantize(i, node, quantize);
        } else if (operator instanceof Operator.MaxPool pool) {
            AttributeProto[] window = window(pool.window(), dilations(pool.window()));
            move(i, (x, wanted) -> onnx.node("MaxPool", node.name(), wanted, List.of(x.name()), window));
        } else if (operator instanceof Operator.Flatten) {
            move(i, (x, wanted) -> onnx.node("Flatten", node.name(), wanted, List.of(x.name()), attribute("axis", 1L)));
        } else if (operator instanceof Operator.Slice slice) {
            List<String> range = List.of(int64(slice.from()), int64(slice.to()), int64(1));
            move(i, (x, wanted) -> onnx.node("Slice", node.name(), wanted, prepend(x.name(), range)));
        } else if (operator instanceof Operator.Permute permute) {
            move(i, (x, wanted) -> permute(node, permute.order(), x, wanted));
        } else if (operator instanceof Operator.Concat) {
            concat(i, node);
        } else if (operator instanceof Operator.GlobalAveragePool) {
            pooled[i] = onnx.node("GlobalAveragePool", node.name(), floats(node.name() + "/mean", BATCH,
                    node.shape().channels(), 1, 1), List.of(operand(node, 0)));
        } else {
            values[i] = compute(node);
        }
    }

    /** An operator that computes new numbers. */
    private Value compute(Node node) {
        Operator operator = node.operator();
        if (operator instanceof Operator.Convolution convolution) {
            int groups = convolution.groups();
            // it pays where the runtime can compute in integers
            int together = functions && grid(node).isPresent() && format.codes(convolution.weight()) ? WideGroups.together(convolution) : 1;
            List<String> inputs = operands(node,
                    weights.operands(convolution.weight(), groups, together, convolution.bias(), node.name(), grid(node)));
            Window window = convolution.window();
            return write("Conv", node, inputs, window(window, dilations(window), attribute("group", (long) groups / together)));
        } else if (operator instanceof Operator.Dense dense) {
            List<String> inputs = operands(node, weights.operands(dense.weight(), 1, 1, dense.bias(), node.name(), grid(node)));
            return write("Gemm", node, inputs, attribute("transB", 1L));
        } else if (operator instanceof Operator.BatchNorm norm) {
            List<String> statistics = List.of(vector(norm.gamma()), vector(norm.beta()), vector(norm.mean()), vector(norm.variance()));
            return write("BatchNormalization", node, operands(node, statistics),
                    attribute("epsilon", (float) norm.epsilon()));
        } else if (operator instanceof Operator.Normalize normalize) {
            Value centred = onnx.node("Sub", node.name() + "/subtract", floats(node.name() + "/centred", dims(node.shape())),
                    operands(node, List.of(perChannel(normalize.mean(), node.shape()))));
            return write("Div", node, List.of(centred.name(), perChannel(normalize.deviation(), node.shape())));
        } else if (operator instanceof Operator.Activate activate) {
            return activate(node, activate.function());
        } else if (operator instanceof Operator.Add) {
            return write("Add", node, List.of(operand(node, 0), operand(node, 1)));
        } else if (operator instanceof Operator.Multiply) {
            return write("Mul", node, List.of(operand(node, 0), gate(node)));
        } else if (operator instanceof Operator.AveragePool pool) {
            if (pool.window().dilation() != 1) {
                throw new IllegalArgumentException("Average pool " + node.name() + " has dilation " + pool.window().dilation()
                        + ", which this version of ONNX does not know. Maybe a plain window of another size?");
            }
            return write("AveragePool", node, List.of(operand(node, 0)), window(pool.window(), attribute("count_include_pad", 1L)));
        } else if (operator instanceof Operator.Softmax) {
            return write("Softmax", node, List.of(operand(node, 0)), attribute("axis", 1L));
        }
        throw new IllegalArgumentException("Node " + node.name() + " has an operator that ONNX export does not know: " + operator);
    }

    private Value activate(Node node, Activation function) {
        List<String> input = List.of(operand(node, 0));
        return switch (function) {
            case RELU -> write("Relu", node, input);
            case RELU6 -> clip(node, 0, 6);
            case HARD_SWISH -> write("HardSwish", node, input);
            case HARD_SIGMOID -> write("HardSigmoid", node, input, attribute("alpha", 1f / 6), attribute("beta", 0.5f));
            case SIGMOID -> write("Sigmoid", node, input);
        };
    }

    /**
     * A signal within bounds. OpenCV knows the Clip of these versions of ONNX only from 4.7 on, so a float32 file has it as
     * {@code least + range · max(0, min(1, (x − least) / range))}.
     */
    private Value clip(Node node, float least, float greatest) {
        String name = node.name();
        if (format != Format.FLOAT32) {
            return write("Clip", node, List.of(operand(node, 0), scalar(name + "/least", least), scalar(name + "/greatest", greatest)));
        }
        float range = greatest - least;
        Value share = onnx.node("HardSigmoid", name + "/clip", floats(name + "/share", dims(node.shape())), List.of(operand(node, 0)),
                attribute("alpha", 1 / range), attribute("beta", -least / range));
        List<String> scaled = List.of(share.name(), scalar(name + "/range", range));
        if (least == 0) {
            return write("Mul", node, scaled);
        }
        Value raised = onnx.node("Mul", name + "/scale", floats(name + "/scaled", dims(node.shape())), scaled);
        return write("Add", node, List.of(raised.name(), scalar(name + "/least", least)));
    }

    private void quantize(int i, Node node, Operator.FakeQuantize quantize) {
        float clip = model.parameters().value(quantize.clip()).data()[0];
        if (!(clip > 0) || !Float.isFinite(clip)) {
            throw new IllegalArgumentException("The clip of " + node.name() + " must be positive and finite, but is " + clip
                    + ". Maybe the network was never trained?");
        }
        if (!quantize.rounds()) {
            values[i] = clip(node, quantize.signed() ? -128 * (clip / 127) : 0, clip);
            return;
        } else if (!format.coded()) {
            throw new IllegalArgumentException("Node " + node.name() + " rounds a signal to " + quantize.bits() + " bits, which a " + format.id()
                    + " file cannot hold. Maybe clip it only (GraphPasses.clipped)?");
        }
        SignalGrid grid = SignalGrid.of(quantize.bits(), quantize.signed(), clip);
        int input = node.inputs().get(0);
        boolean flatten = pooled[input] != null;
        Value x = flatten ? pooled[input] : value(input);
        String name = node.name();
        String step = name + "/step" + quantize.bits();
        Value wanted = codes(name + "/codes" + quantize.bits(), x.dims());
        boolean saturates = quantize.bits() == Byte.SIZE;
        Value rounded = onnx.node("QuantizeLinear", name, saturates ? wanted : codes(name + "/unsaturated", x.dims()),
                List.of(x.name(), scalar(step, grid.scale()), uint8(grid.zeroPoint())));
        if (!saturates) {
            rounded = onnx.node("Clip", name + "/saturate", wanted, List.of(rounded.name(), uint8(0), uint8((1 << quantize.bits()) - 1)));
        }
        if (flatten) {
            rounded = onnx.node("Flatten", name + "/flatten", codes(name + "/features", dims(node.shape())),
                    List.of(rounded.name()), attribute("axis", 1L));
        }
        codes[i] = new Codes(rounded, grid, step);
    }

    /** Writes an operator that moves values. */
    @FunctionalInterface
    private interface Move {
        Value write(Value x, Value wanted);
    }

    /** An operator that moves values without changing any: it works on codes if there are some. */
    private void move(int i, Move move) {
        Node node = graph.node(i);
        Codes in = codes[node.inputs().get(0)];
        if (in == null) {
            values[i] = move.write(value(node.inputs().get(0)), result(node));
        } else {
            codes[i] = in.with(move.write(in.value(), codes(node.name() + "/codes", dims(node.shape()))));
        }
    }

    private Value permute(Node node, List<Integer> order, Value x, Value wanted) {
        int groups = groups(order);
        if (groups == 0 || node.shape().flat()) {
            String indices = onnx.constant(node.name() + "/order", Protos.int64(order.stream().mapToLong(Integer::longValue).toArray()));
            return onnx.node("Gather", node.name(), wanted, List.of(x.name(), indices), attribute("axis", 1L));
        }
        // a shuffle of whole groups is a transposition, which more runtimes know than a gathering
        int rest = order.size() / groups;
        int area = node.shape().height() * node.shape().width();
        String name = node.name();
        Value split = onnx.node("Reshape", name + "/split", new Value(name + "/groups", x.type(), BATCH, groups, rest, area),
                List.of(x.name(), onnx.constant(name + "/split_shape", Protos.int64(0, groups, rest, area))));
        Value transposed = onnx.node("Transpose", name, new Value(name + "/transposed", x.type(), BATCH, rest, groups, area),
                List.of(split.name()), attribute("perm", 0, 2, 1, 3));
        String joined = onnx.constant(name + "/join_shape",
                Protos.int64(0, order.size(), node.shape().height(), node.shape().width()));
        return onnx.node("Reshape", name + "/join", wanted, List.of(transposed.name(), joined));
    }

    /** The groups of a channel shuffle that an order is, or 0. */
    private static int groups(List<Integer> order) {
        int channels = order.size();
        return IntStream.range(2, channels).filter(groups -> channels % groups == 0)
                .filter(groups -> IntStream.range(0, channels).allMatch(c -> order.get(c) == c % groups * (channels / groups) + c / groups))
                .findFirst().orElse(0);
    }

    /** Codes can be put together if they all mean the same. */
    private void concat(int i, Node node) {
        Codes first = codes[node.inputs().get(0)];
        boolean same = first != null && node.inputs().stream().allMatch(k -> codes[k] != null && codes[k].grid().equals(first.grid()));
        AttributeProto axis = attribute("axis", 1L);
        if (same) {
            codes[i] = first.with(onnx.node("Concat", node.name(), codes(node.name() + "/codes", dims(node.shape())),
                    node.inputs().stream().map(k -> codes[k].value().name()).toList(), axis));
        } else {
            List<String> parts = IntStream.range(0, node.inputs().size()).mapToObj(k -> operand(node, k)).toList();
            values[i] = write("Concat", node, parts, axis);
        }
    }

    /** The second factor of a product; a flat one gets rows and columns. */
    private String gate(Node node) {
        Node gate = graph.input(node, 1);
        if (gate.shape().flat() == node.shape().flat()) {
            return operand(node, 1);
        }
        int position = node.inputs().get(1);
        Codes in = codes[position];
        Value x = in == null ? value(position) : in.value();
        Value wanted = new Value(node.name() + "/gate", x.type(), BATCH, gate.shape().channels(), 1, 1);
        Value wide = onnx.node("Unsqueeze", node.name() + "/unsqueeze", wanted,
                List.of(x.name(), onnx.constant("spatial", "spatial_axes", () -> Protos.int64(2, 3))));
        return in == null ? wide.name() : dequantize(node.name() + "/gate", in.with(wide)).name();
    }

    /** The result of a node in float. */
    private Value value(int i) {
        if (values[i] == null) {
            Node node = graph.node(i);
            values[i] = codes[i] != null
                    ? dequantize(node.name(), codes[i])
                    : onnx.node("Flatten", node.name() + "/flatten", result(node), List.of(pooled[i].name()), attribute("axis", 1L));
        }
        return values[i];
    }

    private Value dequantize(String name, Codes from) {
        return onnx.node("DequantizeLinear", name + "/dequantize", floats(name, from.value().dims()),
                List.of(from.value().name(), scalar(from.step(), from.grid().scale()), uint8(from.grid().zeroPoint())));
    }

    private Optional<SignalGrid> grid(Node node) {
        return Optional.ofNullable(codes[node.inputs().get(0)]).map(Codes::grid);
    }

    private String operand(Node node, int input) {
        return value(node.inputs().get(input)).name();
    }

    private List<String> operands(Node node, List<String> more) {
        return prepend(operand(node, 0), more);
    }

    private static List<String> prepend(String first, List<String> more) {
        List<String> all = new ArrayList<>(List.of(first));
        all.addAll(more);
        return all;
    }

    /** Writes an operator whose result is that of a node of the graph. */
    private Value write(String operator, Node node, List<String> inputs, AttributeProto... attributes) {
        return onnx.node(operator, node.name(), result(node), inputs, attributes);
    }

    private Value floats(String name, long... dims) {
        return new Value(name, onnx.real(), dims);
    }

    private static Value codes(String name, long... dims) {
        return new Value(name, DataType.UINT8, dims);
    }

    private Value result(Node node) {
        return floats(node.name(), dims(node.shape()));
    }

    private static long[] dims(Shape shape) {
        return shape.flat()
                ? new long[] {BATCH, shape.channels()}
                : new long[] {BATCH, shape.channels(), shape.height(), shape.width()};
    }

    private static AttributeProto[] window(Window window, AttributeProto... more) {
        List<AttributeProto> attributes = new ArrayList<>();
        attributes.add(attribute("kernel_shape", window.kernel(), window.kernel()));
        attributes.add(attribute("strides", window.stride(), window.stride()));
        attributes.add(attribute("pads", window.padding(), window.padding(), window.padding(), window.padding()));
        attributes.addAll(List.of(more));
        return attributes.toArray(AttributeProto[]::new);
    }

    private static AttributeProto dilations(Window window) {
        return attribute("dilations", window.dilation(), window.dilation());
    }

    private String vector(ParameterSlice slice) {
        Tensor tensor = model.parameters().value(slice);
        return onnx.numbers(slice, slice.parameter(), new long[] {tensor.data().length}, tensor.data());
    }

    private String perChannel(ParameterSlice slice, Shape shape) {
        Tensor tensor = model.parameters().value(slice);
        // without a batch dimension: OpenCV 4.6 cannot load constants that have one
        long[] dims = shape.flat() ? new long[] {shape.channels()} : new long[] {shape.channels(), 1, 1};
        return onnx.numbers(List.of(slice, shape.flat()), slice.parameter(), dims, tensor.data());
    }

    private String scalar(String name, float value) {
        return onnx.numbers(List.of(name, value), name, new long[0], value);
    }

    private String uint8(int value) {
        return onnx.constant(List.of("uint8", value), "u" + value, () -> Protos.uint8(value));
    }

    private String int64(long value) {
        return onnx.constant(List.of("int64", value), "i" + value, () -> Protos.int64(value));
    }
}
