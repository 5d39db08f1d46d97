package io.fullynested.tflite;

import io.fullynested.api.graph.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tensorflow.lite.schema.AddOptionsT;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptions;
import org.tensorflow.lite.schema.BuiltinOptionsUnion;
import org.tensorflow.lite.schema.CastOptionsT;
import org.tensorflow.lite.schema.ConcatenationOptionsT;
import org.tensorflow.lite.schema.Conv2DOptionsT;
import org.tensorflow.lite.schema.DepthwiseConv2DOptionsT;
import org.tensorflow.lite.schema.FullyConnectedOptionsT;
import org.tensorflow.lite.schema.GatherOptionsT;
import org.tensorflow.lite.schema.MulOptionsT;
import org.tensorflow.lite.schema.Padding;
import org.tensorflow.lite.schema.Pool2DOptionsT;
import org.tensorflow.lite.schema.ReducerOptionsT;

/** Operators of TFLite as far as they are used here: each writes one, and gives what it computes. All images are rows of columns of channels. */
final class Operators {

    private static final BuiltinOptionsUnion NOTHING = new BuiltinOptionsUnion();

    private final FlatFile file;

    Operators(FlatFile file) {
        this.file = file;
    }

    FlatFile file() {
        return file;
    }

    private static BuiltinOptionsUnion options(byte type, Object value) {
        BuiltinOptionsUnion options = new BuiltinOptionsUnion();
        options.setType(type);
        options.setValue(value);
        return options;
    }

    private Value write(int operator, BuiltinOptionsUnion options, Value x, List<Integer> more, Value result) {
        List<Integer> inputs = new ArrayList<>(List.of(x.tensor()));
        inputs.addAll(more);
        file.operator(operator, Versions.of(operator, x.kind(), result.kind()), options, inputs, result);
        return result;
    }

    /** The same numbers on another grid. */
    Value quantized(Value x, Value.Grid grid) {
        if (x.kind() == Kind.INT8 && grid.kind() == Kind.INT16) {
            Value wide = wide(x);
            boolean same = x.zeroPoint() == 0 && x.scale() == grid.scale();
            return same ? wide : add(wide, file.code(wide.grid(), -x.zeroPoint()), grid, Fused.NONE);
        }
        return x.grid().equals(grid) ? x : write(BuiltinOperator.QUANTIZE, NOTHING, x, List.of(), file.value(x.dims(), grid));
    }

    /** The same codes as int16; they stand for what they are away from the zero point, as there is none in int16. TFLite cannot quantise int8 to int16. */
    Value wide(Value x) {
        CastOptionsT options = new CastOptionsT();
        options.setInDataType(x.kind().code());
        options.setOutDataType(Kind.INT16.code());
        return write(BuiltinOperator.CAST, options(BuiltinOptions.CastOptions, options), x, List.of(),
                file.value(x.dims(), new Value.Grid(Kind.INT16, x.scale(), 0)));
    }

    /** The numbers themselves. */
    Value numbers(Value x, String name) {
        return write(BuiltinOperator.DEQUANTIZE, NOTHING, x, List.of(), file.value(name, x.dims(), new Value.Grid(Kind.FLOAT32, 0, 0)));
    }

    /** Floats less a constant of each channel, or divided by it. */
    Value withEach(int operator, Value x, float[] constants) {
        return write(operator, NOTHING, x, List.of(file.constant(Kind.FLOAT32, List.of(constants.length), Bytes.of(constants))),
                file.value(x.dims(), x.grid()));
    }

    /** A sum of two signals, or with a constant. */
    Value add(Value a, int b, Value.Grid grid, Fused fused) {
        AddOptionsT options = new AddOptionsT();
        options.setFusedActivationFunction(fused.code());
        options.setPotScaleInt16(false);
        return write(BuiltinOperator.ADD, options(BuiltinOptions.AddOptions, options), a, List.of(b), file.value(a.dims(), grid));
    }

    /** A product of two signals, or with a constant; the second one may have one number a channel. */
    Value multiply(Value a, int b, Value.Grid grid, Fused fused) {
        MulOptionsT options = new MulOptionsT();
        options.setFusedActivationFunction(fused.code());
        return write(BuiltinOperator.MUL, options(BuiltinOptions.MulOptions, options), a, List.of(b), file.value(a.dims(), grid));
    }

    /** A function of int16 codes that gives numbers in −1..1. */
    Value function(int operator, Value x) {
        return write(operator, NOTHING, x, List.of(), file.value(x.dims(), new Value.Grid(Kind.INT16, 1f / (1 << 15), 0)));
    }

    /** Codes within a bound: {@code MAXIMUM} or {@code MINIMUM} of it. */
    Value bounded(int operator, Value x, int code) {
        return write(operator, NOTHING, x, List.of(file.code(x.grid(), code)), file.value(x.dims(), x.grid()));
    }

    /** Signals of one grid, one after the other by their channels. */
    Value joined(List<Value> parts) {
        Value first = parts.get(0);
        List<Integer> dims = new ArrayList<>(first.dims());
        dims.set(dims.size() - 1, parts.stream().mapToInt(Value::last).sum());
        ConcatenationOptionsT options = new ConcatenationOptionsT();
        options.setAxis(dims.size() - 1);
        return write(BuiltinOperator.CONCATENATION, options(BuiltinOptions.ConcatenationOptions, options), first,
                parts.stream().skip(1).map(Value::tensor).toList(), file.value(dims, first.grid()));
    }

    /** Some of the channels. */
    Value slice(Value x, int from, int count) {
        int[] begin = new int[x.dims().size()];
        int[] size = x.dims().stream().mapToInt(Integer::intValue).toArray();
        begin[begin.length - 1] = from;
        size[size.length - 1] = count;
        List<Integer> dims = new ArrayList<>(x.dims());
        dims.set(dims.size() - 1, count);
        return write(BuiltinOperator.SLICE, NOTHING, x, List.of(file.shared(begin), file.shared(size)), file.value(dims, x.grid()));
    }

    /** Channels in another order. */
    Value permuted(Value x, int... order) {
        GatherOptionsT options = new GatherOptionsT();
        options.setAxis(x.dims().size() - 1);
        return write(BuiltinOperator.GATHER, options(BuiltinOptions.GatherOptions, options), x, List.of(file.shared(order)), file.value(x.dims(), x.grid()));
    }

    /** The same codes in other dimensions. */
    Value shaped(Value x, List<Integer> dims) {
        return x.dims().equals(dims) ? x : write(BuiltinOperator.RESHAPE, NOTHING, x,
                List.of(file.shared(dims.stream().mapToInt(Integer::intValue).toArray())), file.value(dims, x.grid()));
    }

    /** All numbers in a row, those of a channel side by side, as everywhere but in TFLite. */
    Value flattened(Value x) {
        Value ordered = x;
        if (x.dims().size() > 2 && x.last() > 1 && x.elements() > x.last()) {
            ordered = write(BuiltinOperator.TRANSPOSE, NOTHING, x, List.of(file.shared(0, 3, 1, 2)),
                    file.value(List.of(1, x.last(), x.dims().get(1), x.dims().get(2)), x.grid()));
        }
        return shaped(ordered, List.of(1, x.elements()));
    }

    /** The mean of each channel. */
    Value means(Value x, Value.Grid grid) {
        ReducerOptionsT options = new ReducerOptionsT();
        options.setKeepDims(false);
        return write(BuiltinOperator.MEAN, options(BuiltinOptions.ReducerOptions, options), x, List.of(file.shared(1, 2)),
                file.value(List.of(1, x.last()), grid));
    }

    /** Each pixel several times. */
    Value enlarged(Value x, int rows, int columns) {
        return write(BuiltinOperator.RESIZE_NEAREST_NEIGHBOR, NOTHING, x, List.of(file.shared(rows, columns)),
                file.value(List.of(1, rows, columns, x.last()), x.grid()));
    }

    /** The greatest code of each window. */
    Value greatest(Value x, Window window, int rows, int columns) {
        // what is put around must not be the greatest
        Value padded = same(window, x) ? x : padded(x, window, Optional.of(x.kind().least()));
        Pool2DOptionsT options = new Pool2DOptionsT();
        options.setPadding(padding(window, x));
        options.setStrideW(window.columns().stride());
        options.setStrideH(window.rows().stride());
        options.setFilterWidth(window.columns().kernel());
        options.setFilterHeight(window.rows().kernel());
        return write(BuiltinOperator.MAX_POOL_2D, options(BuiltinOptions.Pool2DOptions, options), padded, List.of(),
                file.value(List.of(1, rows, columns, x.last()), x.grid()));
    }

    /** An image with pixels put around it, of zeros, as many as a window wants. */
    Value padded(Value x, Window window) {
        return padded(x, window, Optional.empty());
    }

    /** Of zeros, or of a code. */
    private Value padded(Value x, Window window, Optional<Integer> code) {
        int rows = window.rows().padding();
        int columns = window.columns().padding();
        if (rows == 0 && columns == 0) {
            return x;
        }
        int sides = file.shared(Kind.INT32, List.of(4, 2), Bytes.of(0, 0, rows, rows, columns, columns, 0, 0));
        List<Integer> more = code.map(one -> List.of(sides, file.code(x.grid(), one))).orElse(List.of(sides));
        return write(code.isPresent() ? BuiltinOperator.PADV2 : BuiltinOperator.PAD, NOTHING, x, more,
                file.value(List.of(1, x.dims().get(1) + 2 * rows, x.dims().get(2) + 2 * columns, x.last()), x.grid()));
    }

    /** Whether what TFLite puts around an image, to keep its size, is what a window wants. */
    private static boolean same(Window window, Value x) {
        return same(window.rows()) && same(window.columns()) && window.taps() > 1 && x.dims().size() > 2;
    }

    private static boolean same(Window.Side side) {
        return side.stride() == 1 && 2 * side.padding() == side.reach() - 1;
    }

    private static byte padding(Window window, Value x) {
        return same(window, x) ? Padding.SAME : Padding.VALID;
    }

    /**
     * A convolution, with one filter for each channel or several groups of them.
     *
     * @param depthwise whether the weights are {@code [1, rows, columns, channels]}, else {@code [outputs, rows, columns, inputs of a group]}
     */
    Value convolution(Value x, Weights weights, Window window, boolean depthwise, Value result, Fused fused) {
        Value padded = same(window, x) ? x : padded(x, window);
        int operator = depthwise ? BuiltinOperator.DEPTHWISE_CONV_2D : BuiltinOperator.CONV_2D;
        boolean grouped = !depthwise && weights.inner() != x.last();
        file.operator(operator, Versions.layer(operator, x.kind(), weights.kind(), grouped),
                depthwise ? depthwise(x, window, result, fused) : convolution(x, window, fused),
                List.of(padded.tensor(), weights.tensor(), weights.bias()), result);
        return result;
    }

    private static BuiltinOptionsUnion convolution(Value x, Window window, Fused fused) {
        Conv2DOptionsT options = new Conv2DOptionsT();
        options.setPadding(padding(window, x));
        options.setStrideW(window.columns().stride());
        options.setStrideH(window.rows().stride());
        options.setDilationWFactor(window.columns().dilation());
        options.setDilationHFactor(window.rows().dilation());
        options.setFusedActivationFunction(fused.code());
        return options(BuiltinOptions.Conv2DOptions, options);
    }

    private static BuiltinOptionsUnion depthwise(Value x, Window window, Value result, Fused fused) {
        DepthwiseConv2DOptionsT options = new DepthwiseConv2DOptionsT();
        options.setPadding(padding(window, x));
        options.setStrideW(window.columns().stride());
        options.setStrideH(window.rows().stride());
        options.setDilationWFactor(window.columns().dilation());
        options.setDilationHFactor(window.rows().dilation());
        options.setDepthMultiplier(result.last() / x.last());
        options.setFusedActivationFunction(fused.code());
        return options(BuiltinOptions.DepthwiseConv2DOptions, options);
    }

    /** A dense layer. */
    Value dense(Value x, Weights weights, Value result, Fused fused) {
        FullyConnectedOptionsT options = new FullyConnectedOptionsT();
        options.setFusedActivationFunction(fused.code());
        file.operator(BuiltinOperator.FULLY_CONNECTED, Versions.layer(BuiltinOperator.FULLY_CONNECTED, x.kind(), weights.kind(), false),
                options(BuiltinOptions.FullyConnectedOptions, options), List.of(x.tensor(), weights.tensor(), weights.bias()), result);
        return result;
    }
}
