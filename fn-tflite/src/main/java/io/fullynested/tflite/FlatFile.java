package io.fullynested.tflite;

import com.google.flatbuffers.FlatBufferBuilder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.lite.schema.Buffer;
import org.tensorflow.lite.schema.BuiltinOptionsUnion;
import org.tensorflow.lite.schema.Metadata;
import org.tensorflow.lite.schema.Model;
import org.tensorflow.lite.schema.Operator;
import org.tensorflow.lite.schema.OperatorCode;
import org.tensorflow.lite.schema.QuantizationParameters;
import org.tensorflow.lite.schema.SubGraph;
import org.tensorflow.lite.schema.Tensor;

/** A .tflite file while it is written, by the classes of TensorFlow's schema. The same calls give the same bytes. */
final class FlatFile {

    private static final long VERSION = 3;
    private static final String IDENTIFIER = "TFL3";
    /** The schema has buffers begin at such a place, so that a device can read them where they lie. */
    private static final int ALIGNMENT = 16;
    private static final int MOST_OLD_CODE = 127;

    private final FlatBufferBuilder flat = new FlatBufferBuilder(1 << 16);
    private final List<Entry> tensors = new ArrayList<>();
    private final List<Integer> buffers = new ArrayList<>();
    private final List<Integer> operators = new ArrayList<>();
    private final Map<List<Integer>, Integer> codes = new LinkedHashMap<>();
    private final Map<List<Object>, Integer> known = new HashMap<>();
    private final Map<List<Integer>, Integer> shapes = new HashMap<>();
    private final Map<Integer, Integer> zeros = new HashMap<>();

    private long numbers;

    /** A tensor, with what describes it already in the file. */
    private record Entry(String name, Kind kind, int shape, int buffer, int quantization) {
    }

    FlatFile() {
        // tensors that are computed have none
        Buffer.startBuffer(flat);
        buffers.add(Buffer.endBuffer(flat));
    }

    /** Bytes so far. */
    int bytes() {
        return flat.offset();
    }

    /** Of these, the bytes of constants and their steps. */
    long numbers() {
        return numbers;
    }

    /** Calls a tensor so. */
    void name(Value value, String name) {
        Entry entry = tensors.get(value.tensor());
        tensors.set(value.tensor(), new Entry(name, entry.kind(), entry.shape(), entry.buffer(), entry.quantization()));
    }

    /** A tensor that is computed on the way. */
    Value value(List<Integer> dims, Value.Grid grid) {
        return value("", dims, grid);
    }

    /** A tensor that comes in or out. */
    Value value(String name, List<Integer> dims, Value.Grid grid) {
        int quantization = grid.scale() == 0 ? 0 : quantization(new float[] {grid.scale()}, grid.zeroPoint(), 0);
        return new Value(tensor(name, grid.kind(), dims, 0, quantization), grid.kind(), dims, grid.scale(), grid.zeroPoint());
    }

    /** Constants that stand for themselves. */
    int constant(Kind kind, List<Integer> dims, byte[] data) {
        return tensor("", kind, dims, buffer(data), 0);
    }

    /** The same, which others may want too. */
    int shared(Kind kind, List<Integer> dims, byte[] data) {
        return known.computeIfAbsent(List.of(kind, dims, ByteBuffer.wrap(data.clone())), any -> constant(kind, dims, data));
    }

    /** A list of positions or sizes, which others may want too. */
    int shared(int... numbers) {
        return shared(Kind.INT32, List.of(numbers.length), Bytes.of(numbers));
    }

    /** Codes with a step for each slice of a dimension, without a zero point. */
    int codes(Kind kind, List<Integer> dims, byte[] data, float[] steps, int dimension) {
        int buffer = buffer(data);
        return tensor("", kind, dims, buffer, quantization(steps, 0, dimension));
    }

    /** One code of a grid. */
    int code(Value.Grid grid, int code) {
        int buffer = buffer(Bytes.code(grid.kind(), code));
        return tensor("", grid.kind(), List.of(1), buffer, quantization(new float[] {grid.scale()}, grid.zeroPoint(), 0));
    }

    private int quantization(float[] steps, int zeroPoint, int dimension) {
        numbers += (long) Float.BYTES * steps.length;
        int scale = QuantizationParameters.createScaleVector(flat, steps);
        int zero = zeroPoint != 0 ? QuantizationParameters.createZeroPointVector(flat, new long[] {zeroPoint})
                : zeros.computeIfAbsent(steps.length, count -> QuantizationParameters.createZeroPointVector(flat, new long[count]));
        QuantizationParameters.startQuantizationParameters(flat);
        QuantizationParameters.addScale(flat, scale);
        QuantizationParameters.addZeroPoint(flat, zero);
        QuantizationParameters.addQuantizedDimension(flat, dimension);
        return QuantizationParameters.endQuantizationParameters(flat);
    }

    private int buffer(byte[] data) {
        numbers += data.length;
        flat.startVector(1, data.length, ALIGNMENT);
        for (int i = data.length - 1; i >= 0; i--) {
            flat.addByte(data[i]);
        }
        buffers.add(Buffer.createBuffer(flat, flat.endVector()));
        return buffers.size() - 1;
    }

    private int tensor(String name, Kind kind, List<Integer> dims, int buffer, int quantization) {
        int shape = shapes.computeIfAbsent(dims, any -> Tensor.createShapeVector(flat, array(dims)));
        tensors.add(new Entry(name, kind, shape, buffer, quantization));
        return tensors.size() - 1;
    }

    /**
     * An operator.
     *
     * @param operator of {@code BuiltinOperator}
     * @param version  of {@link Versions}
     * @param options  what it is told beside
     * @param inputs   positions of tensors
     */
    void operator(int operator, int version, BuiltinOptionsUnion options, List<Integer> inputs, Value result) {
        int code = codes.computeIfAbsent(List.of(operator, version), any -> codes.size());
        int told = BuiltinOptionsUnion.pack(flat, options);
        int taken = Operator.createInputsVector(flat, array(inputs));
        int given = Operator.createOutputsVector(flat, new int[] {result.tensor()});
        Operator.startOperator(flat);
        Operator.addOpcodeIndex(flat, code);
        Operator.addInputs(flat, taken);
        Operator.addOutputs(flat, given);
        if (told != 0) {
            Operator.addBuiltinOptionsType(flat, options.getType());
            Operator.addBuiltinOptions(flat, told);
        }
        operators.add(Operator.endOperator(flat));
    }

    private int written(Entry entry) {
        int name = entry.name().isEmpty() ? 0 : flat.createString(entry.name());
        Tensor.startTensor(flat);
        Tensor.addShape(flat, entry.shape());
        Tensor.addType(flat, entry.kind().code());
        Tensor.addBuffer(flat, entry.buffer());
        if (name != 0) {
            Tensor.addName(flat, name);
        }
        if (entry.quantization() != 0) {
            Tensor.addQuantization(flat, entry.quantization());
        }
        return Tensor.endTensor(flat);
    }

    /** The file. */
    byte[] finish(String description, Map<String, String> metadata, List<Value> inputs, List<Value> outputs) {
        int[] told = metadata.entrySet().stream().mapToInt(entry -> {
            int buffer = buffer(entry.getValue().getBytes(StandardCharsets.UTF_8));
            return Metadata.createMetadata(flat, flat.createString(entry.getKey()), buffer);
        }).toArray();
        int graph = SubGraph.createSubGraph(flat, SubGraph.createTensorsVector(flat, tensors.stream().mapToInt(this::written).toArray()),
                SubGraph.createInputsVector(flat, array(inputs.stream().map(Value::tensor).toList())),
                SubGraph.createOutputsVector(flat, array(outputs.stream().map(Value::tensor).toList())),
                SubGraph.createOperatorsVector(flat, array(operators)), flat.createString("main"));
        int[] used = codes.keySet().stream().mapToInt(code -> OperatorCode.createOperatorCode(flat, (byte) Math.min(code.get(0), MOST_OLD_CODE), 0,
                code.get(1), code.get(0))).toArray();
        int model = Model.createModel(flat, VERSION, Model.createOperatorCodesVector(flat, used), Model.createSubgraphsVector(flat, new int[] {graph}),
                flat.createString(description), Model.createBuffersVector(flat, array(buffers)), 0, Model.createMetadataVector(flat, told), 0);
        flat.finish(model, IDENTIFIER);
        return flat.sizedByteArray();
    }

    private static int[] array(List<Integer> numbers) {
        return numbers.stream().mapToInt(Integer::intValue).toArray();
    }
}
