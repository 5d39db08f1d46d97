package io.fullynested.onnx;

import static io.fullynested.onnx.Protos.BATCH;
import static io.fullynested.onnx.Protos.attribute;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Input;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.ParameterSlice;
import io.fullynested.api.graph.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.LongStream;

/**
 * One pass over a graph that writes each node in ONNX operators, as {@link OnnxKernels} says. A signal that was quantised is kept as codes: operators that only
 * move values around work on the codes, and a DequantizeLinear is written when the first one that computes asks for numbers. So
 * every operator that computes stands between DequantizeLinear and QuantizeLinear, which is what runtimes fuse.
 */
final class Lowering {

    private final Graph graph;
    private final Numbers numbers;
    private final Format format;
    private final OnnxGraph onnx;
    private final Weights weights;
    private final OptionalInt opset;
    /** The result of each node in float, once someone asked for it. */
    private final Value[] values;
    /** The result of each node in codes, if it has any. */
    private final Codes[] codes;
    /** The result of each node that only bounds another one, if the format has no codes. */
    private final Bounds[] bounds;
    /** The result of a global average pool before it is flattened, for a QuantizeLinear to follow at once. */
    private final Value[] pooled;
    /** What goes in as bytes. */
    private final Value[] bytes;
    /** The nodes whose results come out. */
    private List<Integer> outputs;
    private final OnnxShares shares;

    /** @param opset the version of ONNX that was wished for, if any */
    Lowering(Graph graph, Numbers numbers, Format format, Layout layout, OnnxGraph onnx, OptionalInt opset, List<String> notes) {
        this.graph = graph;
        this.numbers = numbers;
        this.format = format;
        this.onnx = onnx;
        this.opset = opset;
        this.weights = new Weights(numbers, format, layout, onnx, notes);
        int nodes = graph.nodes().size();
        this.values = new Value[nodes];
        this.codes = new Codes[nodes];
        this.bounds = new Bounds[nodes];
        this.pooled = new Value[nodes];
        this.bytes = new Value[nodes];
        this.outputs = List.of(nodes - 1);
        this.shares = new OnnxShares(nodes);
    }

    GraphProto run() {
        for (int i = 0; i < values.length; i++) {
            long bytes = onnx.bytes();
            long stored = onnx.numbers();
            graph.node(i).operator().accept(new OnnxKernels(this, i));
            shares.bytes()[i] = onnx.bytes() - bytes;
            shares.numbers()[i] = onnx.numbers() - stored;
        }
        return onnx.finish(outputs.stream().map(this::value).toList());
    }

    Graph graph() {
        return graph;
    }

    Numbers numbers() {
        return numbers;
    }

    /** What each node takes in the file. */
    OnnxShares shares() {
        return shares;
    }

    Format format() {
        return format;
    }

    OnnxGraph onnx() {
        return onnx;
    }

    Weights weights() {
        return weights;
    }

    /** Whether the file may have functions of its own for what would do without, if slower. */
    boolean functions() {
        return Opset.hasFunctions(opset);
    }

    /** Whether a Clip takes its bounds as inputs, not as attributes. */
    boolean clipsByInputs() {
        return Opset.clipsByInputs(opset);
    }

    /** Notes the result of a node in float. */
    void put(int i, Value value) {
        values[i] = value;
    }

    /** Notes the result of a node in codes. */
    void put(int i, Codes result) {
        codes[i] = result;
    }

    /** Notes what bounds the result of a node is, to be written when it is asked for. */
    void put(int i, Bounds result) {
        bounds[i] = result;
    }

    /** What bounds the result of a node is; null if it is something else. */
    Bounds bounds(int i) {
        return bounds[i];
    }

    /** Notes the result of a global average pool, of one row and column. */
    void putPooled(int i, Value value) {
        pooled[i] = value;
    }

    /** Notes what comes out, if it is several. */
    void give(List<Integer> nodes) {
        outputs = nodes;
    }

    /** Notes an input of bytes. */
    void putBytes(int i, Value value) {
        bytes[i] = value;
    }

    /** An input as bytes; null if it is none, or takes numbers. */
    Value bytes(int i) {
        return bytes[i];
    }

    /** The result of a node in codes; null if it has none. */
    Codes codes(int i) {
        return codes[i];
    }

    /** The result of a node as what follows at once may take it: a global average pool before it is flattened. */
    Value unflattened(int i) {
        return pooled[i] == null ? value(i) : pooled[i];
    }

    /** Whether {@link #unflattened} is to be flattened by what takes it. */
    boolean isPooled(int i) {
        return pooled[i] != null;
    }

    /** The result of a node in float. */
    Value value(int i) {
        if (values[i] == null) {
            Node node = graph.node(i);
            values[i] = bytes[i] != null ? numbers(node, bytes[i])
                    : codes[i] != null ? dequantize(node.name(), codes[i])
                    : bounds[i] != null ? bounds[i].write(this, node)
                    : onnx.node("Flatten", node.name() + "/flatten", result(node), List.of(pooled[i].name()), attribute("axis", 1L));
        }
        return values[i];
    }

    /** The numbers that bytes stand for. A division by 255 gives the very numbers that engines are fed with. */
    private Value numbers(Node node, Value given) {
        Input.Values range = ((Input) node.operator()).values();
        String name = node.name();
        Value x = onnx.real(given, name + "/numbers");
        float divisor = (float) (255 / (range.most() - range.least()));
        if (divisor != 1) {
            x = onnx.node("Div", name + "/scale", floats(name + "/scaled", x.dims()), List.of(x.name(), scalar(name + "/divisor", divisor)));
        }
        return range.least() == 0 ? x : onnx.node("Add", name + "/shift", floats(name + "/shifted", x.dims()),
                List.of(x.name(), scalar(name + "/least", (float) range.least())));
    }

    Value dequantize(String name, Codes from) {
        return onnx.node("DequantizeLinear", name + "/dequantize", floats(name, from.value().dims()),
                List.of(from.value().name(), from.step(onnx), code(from.grid().zeroPoint())));
    }

    Value floats(String name, long... dims) {
        return new Value(name, onnx.real(), dims);
    }

    /** The value that stands for a node's result. */
    Value result(Node node) {
        return floats(node.name(), dims(node.shape()));
    }

    static long[] dims(Shape shape) {
        return LongStream.concat(LongStream.of(BATCH), Arrays.stream(shape.extents()).asLongStream()).toArray();
    }

    String vector(ParameterSlice slice) {
        return onnx.numbers(slice, slice.parameter(), new long[] {slice.elements()}, () -> numbers.value(slice).data());
    }

    String perChannel(ParameterSlice slice, Shape shape) {
        // without a batch dimension: OpenCV 4.6 cannot load constants that have one
        long[] dims = shape.flat() ? new long[] {shape.channels()} : new long[] {shape.channels(), 1, 1};
        return onnx.numbers(List.of(slice, shape.flat()), slice.parameter(), dims, () -> numbers.value(slice).data());
    }

    /** Numbers for each channel and position of a signal. */
    String table(ParameterSlice slice, Shape shape) {
        return onnx.numbers(slice, slice.parameter(), Arrays.stream(shape.extents()).asLongStream().toArray(), () -> numbers.value(slice).data());
    }

    /** A number that is the same for all models, which is stored once. */
    String scalar(String name, float value) {
        return onnx.numbers(value, name, new long[0], () -> new float[] {value});
    }

    /** A number of the model. */
    String own(String name, float value) {
        return onnx.numbers(name, name, new long[0], () -> new float[] {value});
    }

    /** A code of signals, as it is counted from zero. */
    String code(int value) {
        return format.signals() == DataType.INT8 ? onnx.constant(List.of("int8", value), "s" + value, () -> Protos.int8(new long[0], (byte) (value - 128)))
                : onnx.constant(List.of("uint8", value), "u" + value, () -> Protos.uint8(value));
    }

    /** What codes of signals are to become. */
    Value coded(String name, long... dims) {
        return new Value(name, format.signals(), dims);
    }

    String int64(long value) {
        return onnx.constant(List.of("int64", value), "i" + value, () -> Protos.int64(value));
    }
}
