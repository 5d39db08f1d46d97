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
    /** The result of each node in float, once someone asked for it. */
    private final Value[] values;
    /** The result of each node in codes, if it has any. */
    private final Codes[] codes;
    /** The result of a global average pool before it is flattened, for a QuantizeLinear to follow at once. */
    private final Value[] pooled;

    Lowering(Model model, Format format, OnnxGraph onnx, List<String> notes) {
        this.graph = model.graph();
        this.model = model;
        this.format = format;
        this.onnx = onnx;
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
            move(i, "MaxPool", List.of(), window(pool.window(), true));
        } else if (operator instanceof Operator.Flatten) {
            move(i, "Flatten", List.of(), new AttributeProto[] {attribute("axis", 1L)});
        } else if (operator instanceof Operator.Slice slice) {
            move(i, "Slice", List.of(int64(slice.from()), int64(slice.to()), int64(1)), new AttributeProto[0]);
        } else if (operator instanceof Operator.Permute permute) {
            long[] order = permute.order().stream().mapToLong(Integer::longValue).toArray();
            move(i, "Gather", List.of(onnx.constant(node.name() + "/order", Protos.int64(order))),
                    new AttributeProto[] {attribute("axis", 1L)});
        } else if (operator instanceof Operator.Concat) {
            concat(i, node);
        } else if (operator instanceof Operator.GlobalAveragePool) {
            pooled[i] = onnx.node("GlobalAveragePool", node.name(), new Value(node.name() + "/mean", DataType.FLOAT, BATCH,
                    node.shape().channels(), 1, 1), List.of(operand(node, 0)));
        } else {
            values[i] = compute(node);
        }
    }

    /** An operator that computes new numbers. */
    private Value compute(Node node) {
        Operator operator = node.operator();
        if (operator instanceof Operator.Convolution convolution) {
            List<String> inputs = operands(node, weights.operands(convolution.weight(), convolution.bias(), node.name(), grid(node, 0)));
            List<AttributeProto> attributes = new ArrayList<>(List.of(window(convolution.window(), true)));
            attributes.add(attribute("group", (long) convolution.groups()));
            return onnx.node("Conv", node.name(), result(node), inputs, attributes.toArray(AttributeProto[]::new));
        } else if (operator instanceof Operator.Dense dense) {
            List<String> inputs = operands(node, weights.operands(dense.weight(), dense.bias(), node.name(), grid(node, 0)));
            return onnx.node("Gemm", node.name(), result(node), inputs, attribute("transB", 1L));
        } else if (operator instanceof Operator.BatchNorm norm) {
            List<String> statistics = List.of(vector(norm.gamma()), vector(norm.beta()), vector(norm.mean()), vector(norm.variance()));
            return onnx.node("BatchNormalization", node.name(), result(node), operands(node, statistics),
                    attribute("epsilon", (float) norm.epsilon()));
        } else if (operator instanceof Operator.Normalize normalize) {
            Value centred = onnx.node("Sub", node.name() + "/subtract", new Value(node.name() + "/centred", DataType.FLOAT, dims(node.shape())),
                    operands(node, List.of(perChannel(normalize.mean(), node.shape()))));
            return onnx.node("Div", node.name(), result(node), List.of(centred.name(), perChannel(normalize.deviation(), node.shape())));
        } else if (operator instanceof Operator.Activate activate) {
            return activate(node, activate.function());
        } else if (operator instanceof Operator.Add) {
            return onnx.node("Add", node.name(), result(node), List.of(operand(node, 0), operand(node, 1)));
        } else if (operator instanceof Operator.Multiply) {
            return onnx.node("Mul", node.name(), result(node), List.of(operand(node, 0), gate(node)));
        } else if (operator instanceof Operator.AveragePool pool) {
            if (pool.window().dilation() != 1) {
                throw new IllegalArgumentException("Average pool " + node.name() + " has dilation " + pool.window().dilation()
                        + ", which this version of ONNX does not know. Maybe a plain window of another size?");
            }
            List<AttributeProto> attributes = new ArrayList<>(List.of(window(pool.window(), false)));
            attributes.add(attribute("count_include_pad", 1L));
            return onnx.node("AveragePool", node.name(), result(node), List.of(operand(node, 0)), attributes.toArray(AttributeProto[]::new));
        } else if (operator instanceof Operator.Softmax) {
            return onnx.node("Softmax", node.name(), result(node), List.of(operand(node, 0)), attribute("axis", 1L));
        }
        throw new IllegalArgumentException("Node " + node.name() + " has an operator that ONNX export does not know: " + operator);
    }

    private Value activate(Node node, Activation function) {
        List<String> input = List.of(operand(node, 0));
        return switch (function) {
            case RELU -> onnx.node("Relu", node.name(), result(node), input);
            case RELU6 -> onnx.node("Clip", node.name(), result(node), List.of(input.get(0), scalar("zero", 0), scalar("six", 6)));
            case HARD_SWISH -> onnx.node("HardSwish", node.name(), result(node), input);
            case HARD_SIGMOID -> onnx.node("HardSigmoid", node.name(), result(node), input, attribute("alpha", 1f / 6), attribute("beta", 0.5f));
            case SIGMOID -> onnx.node("Sigmoid", node.name(), result(node), input);
        };
    }

    private void quantize(int i, Node node, Operator.FakeQuantize quantize) {
        if (format == Format.FLOAT32) {
            throw new IllegalArgumentException("Node " + node.name() + " rounds a signal to " + quantize.bits()
                    + " bits, which a float32 file cannot hold. Maybe remove the activation quantisers from the graph first?");
        }
        float clip = model.parameters().value(quantize.clip()).data()[0];
        if (!(clip > 0) || !Float.isFinite(clip)) {
            throw new IllegalArgumentException("The clip of " + node.name() + " must be positive and finite, but is " + clip
                    + ". Maybe the network was never trained?");
        }
        SignalGrid full = SignalGrid.full(quantize.signed(), clip);
        int input = node.inputs().get(0);
        boolean flatten = pooled[input] != null;
        Value x = flatten ? pooled[input] : value(input);
        String name = node.name();
        Value rounded = onnx.node("QuantizeLinear", name, new Value(name + "/codes8", DataType.UINT8, x.dims()),
                List.of(x.name(), scalar(name + "/step8", full.scale()), uint8(full.zeroPoint())));
        if (quantize.bits() < 8) {
            rounded = onnx.node("BitShift", name + "/truncate", new Value(name + "/codes" + quantize.bits(), DataType.UINT8, x.dims()),
                    List.of(rounded.name(), uint8(8 - quantize.bits())), attribute("direction", "RIGHT"));
        }
        if (flatten) {
            rounded = onnx.node("Flatten", name + "/flatten", new Value(name + "/features", DataType.UINT8, dims(node.shape())),
                    List.of(rounded.name()), attribute("axis", 1L));
        }
        SignalGrid grid = SignalGrid.of(quantize.bits(), quantize.signed(), clip);
        codes[i] = new Codes(rounded, grid, scalar(name + "/step" + quantize.bits(), grid.scale()));
    }

    /** An operator that moves values without changing any: it works on codes if there are some. */
    private void move(int i, String operator, List<String> more, AttributeProto[] attributes) {
        Node node = graph.node(i);
        Codes in = codes[node.inputs().get(0)];
        Value x = in == null ? value(node.inputs().get(0)) : in.value();
        Value wanted = in == null ? result(node) : new Value(node.name() + "/codes", DataType.UINT8, dims(node.shape()));
        List<String> inputs = new ArrayList<>(List.of(x.name()));
        inputs.addAll(more);
        Value moved = onnx.node(operator, node.name(), wanted, inputs, attributes);
        if (in == null) {
            values[i] = moved;
        } else {
            codes[i] = in.with(moved);
        }
    }

    /** Codes can be put together if they all mean the same. */
    private void concat(int i, Node node) {
        Codes first = codes[node.inputs().get(0)];
        boolean same = first != null && node.inputs().stream().allMatch(k -> codes[k] != null && codes[k].grid().equals(first.grid()));
        AttributeProto axis = attribute("axis", 1L);
        if (same) {
            codes[i] = first.with(onnx.node("Concat", node.name(), new Value(node.name() + "/codes", DataType.UINT8, dims(node.shape())),
                    node.inputs().stream().map(k -> codes[k].value().name()).toList(), axis));
        } else {
            List<String> parts = IntStream.range(0, node.inputs().size()).mapToObj(k -> operand(node, k)).toList();
            values[i] = onnx.node("Concat", node.name(), result(node), parts, axis);
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
        Value wide = onnx.node("Unsqueeze", node.name() + "/unsqueeze", new Value(node.name() + "/gate", x.type(), BATCH, gate.shape().channels(), 1, 1),
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
        return onnx.node("DequantizeLinear", name + "/dequantize", new Value(name, DataType.FLOAT, from.value().dims()),
                List.of(from.value().name(), from.step(), uint8(from.grid().zeroPoint())));
    }

    private Optional<SignalGrid> grid(Node node, int input) {
        return Optional.ofNullable(codes[node.inputs().get(input)]).map(Codes::grid);
    }

    private String operand(Node node, int input) {
        return value(node.inputs().get(input)).name();
    }

    private List<String> operands(Node node, List<String> more) {
        List<String> inputs = new ArrayList<>(List.of(operand(node, 0)));
        inputs.addAll(more);
        return inputs;
    }

    private static Value result(Node node) {
        return new Value(node.name(), DataType.FLOAT, dims(node.shape()));
    }

    private static long[] dims(Shape shape) {
        return shape.flat()
                ? new long[] {BATCH, shape.channels()}
                : new long[] {BATCH, shape.channels(), shape.height(), shape.width()};
    }

    private static AttributeProto[] window(Window window, boolean dilated) {
        List<AttributeProto> attributes = new ArrayList<>();
        attributes.add(attribute("kernel_shape", window.kernel(), window.kernel()));
        attributes.add(attribute("strides", window.stride(), window.stride()));
        attributes.add(attribute("pads", window.padding(), window.padding(), window.padding(), window.padding()));
        if (dilated) {
            attributes.add(attribute("dilations", window.dilation(), window.dilation()));
        }
        return attributes.toArray(AttributeProto[]::new);
    }

    private String vector(ParameterSlice slice) {
        Tensor tensor = model.parameters().value(slice);
        return onnx.constant(slice, slice.parameter(), () -> Protos.floats(new long[] {tensor.data().length}, tensor.data()));
    }

    private String perChannel(ParameterSlice slice, Shape shape) {
        Tensor tensor = model.parameters().value(slice);
        long[] dims = shape.flat() ? new long[] {1, shape.channels()} : new long[] {1, shape.channels(), 1, 1};
        return onnx.constant(List.of(slice, shape.flat()), slice.parameter(), () -> Protos.floats(dims, tensor.data()));
    }

    private String scalar(String name, float value) {
        return onnx.constant(List.of(name, value), name, () -> Protos.floats(new long[0], value));
    }

    private String uint8(int value) {
        return onnx.constant(List.of("uint8", value), "u" + value, () -> Protos.uint8(value));
    }

    private String int64(long value) {
        return onnx.constant(List.of("int64", value), "i" + value, () -> Protos.int64(value));
    }
}
