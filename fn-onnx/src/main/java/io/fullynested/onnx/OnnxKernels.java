package io.fullynested.onnx;

import static io.fullynested.onnx.Lowering.dims;
import static io.fullynested.onnx.Protos.BATCH;
import static io.fullynested.onnx.Protos.attribute;
import static io.fullynested.onnx.WindowAttributes.window;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
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
import io.fullynested.core.model.SignalGrid;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** How each operator is written in ONNX: one node of the graph, its result noted with the {@link Lowering}. */
final class OnnxKernels implements OperatorVisitor<Void> {

    private final Lowering file;
    private final OnnxGraph onnx;
    private final int position;
    private final Node node;

    OnnxKernels(Lowering file, int position) {
        this.file = file;
        this.onnx = file.onnx();
        this.position = position;
        this.node = file.graph().node(position);
    }

    @Override
    public Void input(Input input) {
        boolean bytes = input.values().type() == Input.Type.UINT8;
        Value given = onnx.input(node.name(), bytes ? DataType.UINT8 : DataType.FLOAT, dims(node.shape()));
        if (bytes) {
            file.putBytes(position, given);
            return null;
        }
        return put(onnx.real(given, node.name() + "/narrow"));
    }

    @Override
    public Void normalize(Normalize normalize) {
        Value centred = onnx.node("Sub", node.name() + "/subtract", file.floats(node.name() + "/centred", dims(node.shape())),
                operands(List.of(file.perChannel(normalize.mean(), node.shape()))));
        return put(write("Div", List.of(centred.name(), file.perChannel(normalize.deviation(), node.shape()))));
    }

    @Override
    public Void convolution(Convolution convolution) {
        int groups = convolution.groups();
        // it pays where the runtime can compute in integers
        int together = file.functions() && codes().isPresent() && file.format().codes(convolution.weight()) ? WideGroups.together(convolution) : 1;
        List<String> inputs = operands(
                file.weights().operands(convolution.weight(), groups, together, convolution.bias(), node.name(), codes()));
        Window window = convolution.window();
        int left = groups / together;
        if (file.format() == Format.QONNX) {
            return put(write("Conv", inputs, WindowAttributes.whole(window, left)));
        }
        return put(write("Conv", inputs, left == 1 ? window(window) : window(window, attribute("group", (long) left))));
    }

    @Override
    public Void dense(Dense dense) {
        List<String> inputs = operands(file.weights().operands(dense.weight(), 1, 1, dense.bias(), node.name(), codes()));
        return put(write("Gemm", inputs, attribute("transB", 1L)));
    }

    @Override
    public Void batchNorm(BatchNorm norm) {
        List<String> statistics = List.of(file.vector(norm.gamma()), file.vector(norm.beta()), file.vector(norm.mean()), file.vector(norm.variance()));
        return put(write("BatchNormalization", operands(statistics), attribute("epsilon", (float) norm.epsilon())));
    }

    @Override
    public Void activate(Activate activate) {
        if (activate.function() == Activation.RELU) {
            return bound(0, Float.POSITIVE_INFINITY);
        } else if (activate.function() == Activation.RELU6) {
            return bound(0, 6);
        }
        List<String> input = List.of(operand(0));
        return put(switch (activate.function()) {
            case RELU, RELU6 -> throw new AssertionError(activate.function());
            case HARD_SWISH -> write("HardSwish", input);
            case HARD_SIGMOID -> write("HardSigmoid", input, attribute("alpha", 1f / 6), attribute("beta", 0.5f));
            case SIGMOID -> write("Sigmoid", input);
            case TANH -> write("Tanh", input);
            case GELU -> gelu(input);
            case SILU -> write("Mul", List.of(input.get(0), between("Sigmoid", "share", input)));
            case GELU_TANH -> geluTanh(input.get(0));
        });
    }

    /** Versions of ONNX before 20 have no operator for it; runtimes know these. */
    private Value gelu(List<String> input) {
        String x = input.get(0);
        String name = node.name();
        String scaled = between("Div", "scaled", List.of(x, file.scalar(name + "/root2", (float) Math.sqrt(2))));
        String shifted = between("Add", "shifted", List.of(between("Erf", "erf", List.of(scaled)), file.scalar(name + "/one", 1)));
        return write("Mul", List.of(between("Mul", "product", List.of(x, shifted)), file.scalar(name + "/half", 0.5f)));
    }

    private Value geluTanh(String x) {
        String name = node.name();
        String cube = between("Mul", "cube", List.of(x, between("Mul", "square", List.of(x, x))));
        String curved = between("Add", "curved", List.of(x, between("Mul", "bent", List.of(cube, file.scalar(name + "/bend", 0.044715f)))));
        String scaled = between("Mul", "scaled", List.of(curved, file.scalar(name + "/root", (float) Math.sqrt(2 / Math.PI))));
        String shifted = between("Add", "shifted", List.of(between("Tanh", "tanh", List.of(scaled)), file.scalar(name + "/one", 1)));
        return write("Mul", List.of(between("Mul", "product", List.of(x, shifted)), file.scalar(name + "/half", 0.5f)));
    }

    /** Writes an operator on the way to the result of the node; gives the name of its value. */
    private String between(String operator, String name, List<String> inputs) {
        String full = node.name() + "/" + name;
        return onnx.node(operator, full, file.floats(full, dims(node.shape())), inputs).name();
    }

    /** A signal within bounds, which a format without codes writes only when it is asked for. */
    private Void bound(float least, float most) {
        int input = node.inputs().get(0);
        Bounds before = file.bounds(input);
        Bounds bounds = before == null ? new Bounds(file.value(input), least, most) : new Bounds(before.signal(), least, most).of(before);
        if (file.format().coded()) {
            return put(bounds.write(file, node));
        }
        file.put(position, bounds);
        return null;
    }

    @Override
    public Void fakeQuantize(FakeQuantize quantize) {
        float clip = file.numbers().clip(quantize);
        if (!(clip > 0) || !Float.isFinite(clip)) {
            throw new IllegalArgumentException("The clip of " + node.name() + " must be positive and finite, but is " + clip
                    + ". Maybe the network was never trained?");
        }
        if (!quantize.rounds()) {
            return bound(quantize.signed() ? -128 * (clip / 127) : 0, clip);
        } else if (!file.format().coded()) {
            throw new IllegalArgumentException("Node " + node.name() + " rounds a signal to " + quantize.bits() + " bits, which a " + file.format().id()
                    + " file cannot hold. Maybe clip it only (GraphPasses.clipped)?");
        }
        SignalGrid grid = SignalGrid.of(quantize.bits(), quantize.signed(), clip);
        int input = node.inputs().get(0);
        if (file.format() == Format.QONNX) {
            return put(new QuantNodes(onnx).signal(file.value(input), grid, quantize.bits(), quantize.signed(), file.result(node), node.name()));
        }
        if (file.bytes(input) != null && file.format().signals() == DataType.UINT8
                && file.graph().input(node, 0).operator() instanceof Input given && given.bytesAreCodes(quantize.bits())
                && (file.numbers().absent() || (float) given.values().most() == clip)) {
            file.put(position, new Codes(file.bytes(input), grid, node.name() + "/step" + quantize.bits()));
            return null;
        }
        Value x = file.unflattened(input);
        String name = node.name();
        String step = name + "/step" + quantize.bits();
        Value wanted = file.coded(name + "/codes" + quantize.bits(), x.dims());
        boolean saturates = quantize.roundedBits() == Byte.SIZE;
        Codes codes = new Codes(wanted, grid, step);
        boolean whole = quantize.truncated() == 0;
        Value whence = whole ? wanted : file.coded(name + "/codes" + quantize.roundedBits(), x.dims());
        Codes full = whole ? codes : new Codes(whence, SignalGrid.of(quantize.roundedBits(), quantize.signed(), clip), name + "/step" + quantize.roundedBits());
        Value rounded = onnx.node("QuantizeLinear", name, saturates ? whence : file.coded(name + "/unsaturated", x.dims()),
                List.of(x.name(), full.step(onnx), file.code(full.grid().zeroPoint())));
        if (!saturates) {
            rounded = onnx.node("Clip", name + "/saturate", whence, List.of(rounded.name(), file.code(0), file.code((1 << quantize.roundedBits()) - 1)));
        }
        if (!whole) {
            rounded = onnx.node("BitShift", name + "/truncate", wanted, List.of(rounded.name(), file.code(quantize.truncated())),
                    attribute("direction", "RIGHT"));
        }
        if (file.isPooled(input)) {
            rounded = onnx.node("Flatten", name + "/flatten", file.coded(name + "/features", dims(node.shape())),
                    List.of(rounded.name()), attribute("axis", 1L));
        }
        file.put(position, codes.with(rounded));
        return null;
    }

    @Override
    public Void add(Add add) {
        return put(write("Add", List.of(operand(0), operand(1))));
    }

    @Override
    public Void multiply(Multiply multiply) {
        return put(write("Mul", List.of(operand(0), gate())));
    }

    /** The second factor of a product; a flat one gets rows and columns. */
    private String gate() {
        Node gate = file.graph().input(node, 1);
        if (gate.shape().flat() == node.shape().flat()) {
            return operand(1);
        }
        int factor = node.inputs().get(1);
        Codes in = file.codes(factor);
        Value x = in == null ? file.value(factor) : in.value();
        Value wanted = new Value(node.name() + "/gate", x.type(), BATCH, gate.shape().channels(), 1, 1);
        Value wide = onnx.node("Unsqueeze", node.name() + "/unsqueeze", wanted,
                List.of(x.name(), onnx.constant("spatial", "spatial_axes", () -> Protos.int64(2, 3))));
        return in == null ? wide.name() : file.dequantize(node.name() + "/gate", in.with(wide)).name();
    }

    /** Codes can be put together if they all mean the same. */
    @Override
    public Void concat(Concat concat) {
        Codes first = file.codes(node.inputs().get(0));
        boolean same = first != null && node.inputs().stream().allMatch(k -> file.codes(k) != null && file.codes(k).grid().equals(first.grid()));
        AttributeProto axis = attribute("axis", 1L);
        if (same) {
            file.put(position, first.with(onnx.node("Concat", node.name(), file.coded(node.name() + "/codes", dims(node.shape())),
                    node.inputs().stream().map(k -> file.codes(k).value().name()).toList(), axis)));
            return null;
        }
        return put(write("Concat", IntStream.range(0, node.inputs().size()).mapToObj(this::operand).toList(), axis));
    }

    @Override
    public Void slice(Slice slice) {
        return part(slice.from(), slice.to(), 1);
    }

    private Void part(int from, int to, int axis) {
        List<String> range = List.of(file.int64(from), file.int64(to), file.int64(axis));
        return move((x, wanted) -> onnx.node("Slice", node.name(), wanted, prepend(x.name(), range)));
    }

    @Override
    public Void permute(Permute permute) {
        return move((x, wanted) -> permuted(permute.order(), x, wanted));
    }

    private Value permuted(List<Integer> order, Value x, Value wanted) {
        int groups = groups(order);
        if (groups == 0 || node.shape().flat()) {
            String indices = onnx.constant(node.name() + "/order", Protos.int64(order.stream().mapToLong(Integer::longValue).toArray()));
            return onnx.node("Gather", node.name(), wanted, List.of(x.name(), indices), attribute("axis", 1L));
        }
        // a shuffle of whole groups is a transposition, which more runtimes know than a gathering
        int rest = order.size() / groups;
        int area = node.shape().positions();
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

    @Override
    public Void flatten(Flatten flatten) {
        return move((x, wanted) -> onnx.node("Flatten", node.name(), wanted, List.of(x.name()), attribute("axis", 1L)));
    }

    @Override
    public Void maxPool(MaxPool pool) {
        AttributeProto[] window = window(pool, file.graph().node(node.inputs().get(0)).shape(), node.shape());
        return move((x, wanted) -> onnx.node("MaxPool", node.name(), wanted, List.of(x.name()), window));
    }

    @Override
    public Void averagePool(AveragePool pool) {
        int dilation = Math.max(pool.window().rows().dilation(), pool.window().columns().dilation());
        if (dilation != 1) {
            throw new IllegalArgumentException("Average pool " + node.name() + " has dilation " + dilation
                    + ", which this version of ONNX does not know. Maybe a plain window of another size?");
        }
        return put(write("AveragePool", List.of(operand(0)), window(pool.window(), attribute("count_include_pad", 1L))));
    }

    @Override
    public Void globalAveragePool(GlobalAveragePool pool) {
        file.putPooled(position, onnx.node("GlobalAveragePool", node.name(), file.floats(node.name() + "/mean", BATCH,
                node.shape().channels(), 1, 1), List.of(operand(0))));
        return null;
    }

    @Override
    public Void layerNorm(LayerNorm norm) {
        List<String> scaling = List.of(file.vector(norm.gamma()), file.vector(norm.beta()));
        AttributeProto epsilon = attribute("epsilon", (float) norm.epsilon());
        if (node.shape().flat()) {
            return put(write("LayerNormalization", operands(scaling), attribute("axis", 1L), epsilon));
        }
        // it normalises what comes last
        Shape shape = node.shape();
        String name = node.name();
        Value last = onnx.node("Transpose", name + "/channels_last", file.floats(name + "/last", BATCH, shape.height(), shape.width(), shape.channels()),
                List.of(operand(0)), attribute("perm", 0, 2, 3, 1));
        Value normalized = onnx.node("LayerNormalization", name, file.floats(name + "/normalized", last.dims()), prepend(last.name(), scaling),
                attribute("axis", 3L), epsilon);
        return put(onnx.node("Transpose", name + "/channels_first", file.result(node), List.of(normalized.name()), attribute("perm", 0, 3, 1, 2)));
    }

    @Override
    public Void resize(Resize resize) {
        String scales = onnx.constant(List.of("scales", resize), "scales", () -> Protos.floats(new long[] {4}, 1, 1, resize.rows(), resize.columns()));
        return move((x, wanted) -> onnx.node("Resize", node.name(), wanted, List.of(x.name(), "", scales), attribute("mode", "nearest"),
                attribute("coordinate_transformation_mode", "asymmetric"), attribute("nearest_mode", "floor")));
    }

    @Override
    public Void tokens(Tokens tokens) {
        Shape shape = node.shape();
        int steps = shape.width() - tokens.leading();
        String name = node.name();
        String wanted = onnx.constant(name + "/shape", Protos.int64(0, shape.channels(), 1, steps));
        if (tokens.leading() == 0) {
            return move((x, result) -> onnx.node("Reshape", name, result, List.of(x.name(), wanted)));
        }
        Value sequence = onnx.node("Reshape", name + "/sequence", file.floats(name + "/steps", BATCH, shape.channels(), 1, steps), List.of(operand(0), wanted));
        String pads = onnx.constant(List.of("pads", tokens), "pads", () -> Protos.int64(0, 0, 0, tokens.leading(), 0, 0, 0, 0));
        return put(write("Pad", List.of(sequence.name(), pads)));
    }

    @Override
    public Void steps(Steps steps) {
        return part(steps.from(), steps.to(), 3);
    }

    @Override
    public Void positions(Positions positions) {
        return put(write("Add", operands(List.of(file.table(positions.table(), node.shape())))));
    }

    @Override
    public Void attention(Attention attention) {
        Shape queries = file.graph().input(node, 0).shape();
        Shape keys = file.graph().input(node, 1).shape();
        String name = node.name();
        int heads = attention.heads();
        String scaled = onnx.node("Mul", name + "/scale", file.floats(name + "/scaled", BATCH, heads, queries.width(), queries.channels() / heads),
                List.of(stepsFirst("queries", heads, 0), file.scalar(name + "/factor", (float) attention.scale()))).name();
        String products = onnx.node("MatMul", name + "/compare", file.floats(name + "/products", BATCH, heads, queries.width(), keys.width()),
                List.of(scaled, split("keys", heads, 1))).name();
        String shares = onnx.node("Softmax", name + "/softmax", file.floats(name + "/shares", BATCH, heads, queries.width(), keys.width()), List.of(products),
                attribute("axis", 3L)).name();
        int width = node.shape().channels() / heads;
        String mixed = onnx.node("MatMul", name, file.floats(name + "/mixed", BATCH, heads, queries.width(), width),
                List.of(shares, stepsFirst("values", heads, 2))).name();
        String channels = onnx.node("Transpose", name + "/channels_first", file.floats(name + "/heads", BATCH, heads, width, queries.width()), List.of(mixed),
                attribute("perm", 0, 1, 3, 2)).name();
        return put(onnx.node("Reshape", name + "/join", file.result(node),
                List.of(channels, onnx.constant(name + "/shape", Protos.int64(0, node.shape().channels(), 1, queries.width())))));
    }

    /** An input {@code [N, heads · W, 1, T]} as {@code [N, heads, W, T]}. */
    private String split(String what, int heads, int input) {
        Shape shape = file.graph().input(node, input).shape();
        int width = shape.channels() / heads;
        String name = node.name() + "/" + what;
        return onnx.node("Reshape", name, file.floats(name, BATCH, heads, width, shape.width()),
                List.of(operand(input), onnx.constant(name + "_shape", Protos.int64(0, heads, width, shape.width())))).name();
    }

    /** An input as {@code [N, heads, T, W]}. */
    private String stepsFirst(String what, int heads, int input) {
        Shape shape = file.graph().input(node, input).shape();
        String name = node.name() + "/" + what + "_last";
        return onnx.node("Transpose", name, file.floats(name, BATCH, heads, shape.width(), shape.channels() / heads), List.of(split(what, heads, input)),
                attribute("perm", 0, 1, 3, 2)).name();
    }

    @Override
    public Void outputs(Outputs outputs) {
        file.give(node.inputs());
        return null;
    }

    @Override
    public Void softmax(Softmax softmax) {
        return put(write("Softmax", List.of(operand(0)), attribute("axis", 1L)));
    }

    /** Writes an operator that moves values. */
    @FunctionalInterface
    private interface Move {
        Value write(Value x, Value wanted);
    }

    /** An operator that moves values without changing any: it works on codes if there are some. */
    private Void move(Move move) {
        Codes in = file.codes(node.inputs().get(0));
        if (in == null) {
            return put(move.write(file.value(node.inputs().get(0)), file.result(node)));
        }
        file.put(position, in.with(move.write(in.value(), file.coded(node.name() + "/codes", dims(node.shape())))));
        return null;
    }

    private Void put(Value value) {
        file.put(position, value);
        return null;
    }

    private Optional<Codes> codes() {
        return Optional.ofNullable(file.codes(node.inputs().get(0)));
    }

    private String operand(int input) {
        return file.value(node.inputs().get(input)).name();
    }

    private List<String> operands(List<String> more) {
        return prepend(operand(0), more);
    }

    private static List<String> prepend(String first, List<String> more) {
        List<String> all = new ArrayList<>(List.of(first));
        all.addAll(more);
        return all;
    }

    /** Writes an operator whose result is that of the node. */
    private Value write(String operator, List<String> inputs, AttributeProto... attributes) {
        return onnx.node(operator, node.name(), file.result(node), inputs, attributes);
    }
}
