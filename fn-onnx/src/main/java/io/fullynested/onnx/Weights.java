package io.fullynested.onnx;

import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.fullynested.api.graph.ParameterSlice;
import io.fullynested.api.graph.Weight;
import io.fullynested.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Writes the weights and biases of convolutions and dense layers. */
final class Weights {

    private static final FunctionProto UNPACK = PackedCodes.function();
    private static final FunctionProto READ_INT4 = Int4Codes.function();
    private static final FunctionProto WIDEN = WideGroups.function();
    private static final FunctionProto WEIGHT = LayerFunctions.weight();
    private static final FunctionProto LAYER = LayerFunctions.layer();

    private final Numbers numbers;
    private final Format format;
    private final Layout layout;
    private final OnnxGraph onnx;
    private final List<String> notes;
    private final Map<Weight, String> integers = new HashMap<>();

    Weights(Numbers numbers, Format format, Layout layout, OnnxGraph onnx, List<String> notes) {
        this.numbers = numbers;
        this.format = format;
        this.layout = layout;
        this.onnx = onnx;
        this.notes = notes;
    }

    /**
     * The values that stand for a weight and its bias.
     *
     * @param groups   of the layer's channels
     * @param together how many of them are put together
     * @param layer    name of the layer they are for
     * @param input    the codes that go into the layer, if they are codes
     */
    List<String> operands(Weight weight, int groups, int together, Optional<ParameterSlice> bias, String layer, Optional<Codes> input) {
        if (!format.codes(weight)) {
            String plain = floats(weight.slice(), () -> numbers.value(weight));
            List<String> operands = new ArrayList<>(List.of(format == Format.QONNX && weight.quantized() ? rounded(weight, plain) : plain));
            bias.ifPresent(slice -> operands.add(floats(slice, () -> numbers.value(slice))));
            return operands;
        }
        boolean summed = bias.isPresent() && input.isPresent();
        Optional<Codes> units = summed && numbers.hasIntegers(bias.get(), weight, input.get().grid()) ? input : Optional.empty();
        if (summed && units.isEmpty()) {
            notes.add("The bias of " + layer + " stays in float32, as some of its weights are so close to zero that it is beyond an int32"
                    + " in their units. Runtimes will compute this layer in float32.");
        }
        Stored stored = stored(weight, groups, together);
        List<Value> values = layout == Layout.NODES ? nodes(weight, stored, bias, units) : calls(weight, stored, bias, units);
        List<String> operands = new ArrayList<>(values.stream().map(Value::name).toList());
        if (bias.isPresent() && units.isEmpty()) {
            operands.add(floats(bias.get(), () -> numbers.value(bias.get())));
        }
        return operands;
    }

    private String rounded(Weight weight, String plain) {
        Value result = new Value(weight.slice().parameter() + "/rounded", DataType.FLOAT, dims(weight.slice()));
        return integers.computeIfAbsent(weight, one -> new QuantNodes(onnx).weights(plain, one.bits(), () -> numbers.quantized(one), result).name());
    }

    /** A weight's integers: the name of the value, and the shape. */
    private record Stored(String integers, long[] dims) {
    }

    private Stored stored(Weight weight, int groups, int together) {
        String name = weight.slice().parameter();
        long[] dims = dims(weight.slice());
        String narrow = integers.computeIfAbsent(weight, w -> integers(name, w, dims));
        if (together == 1) {
            return new Stored(narrow, dims);
        }
        long[] shape = WideGroups.widened(dims, together);
        String places = onnx.constant(List.of("neighbours", together), "neighbours" + together, () -> WideGroups.places(together));
        return new Stored(onnx.call(WIDEN, name + "/widen", List.of(new Value(name + "/wide", DataType.INT8, shape)), List.of(narrow, places),
                WideGroups.attributes(dims, groups, together)).get(0).name(), shape);
    }

    private List<Value> nodes(Weight weight, Stored stored, Optional<ParameterSlice> bias, Optional<Codes> input) {
        String name = weight.slice().parameter();
        long channels = stored.dims()[0];
        List<Value> values = new ArrayList<>();
        values.add(onnx.node("DequantizeLinear", name + "/dequantize", new Value(name, DataType.FLOAT, stored.dims()), List.of(
                stored.integers(), steps(weight),
                // a vector of its own: onnxruntime cannot make weights uint8 that share one
                onnx.constant(name + "/zeros", Protos.zeros(DataType.INT8, channels))), Protos.attribute("axis", 0L)));
        if (input.isPresent()) {
            ParameterSlice slice = bias.orElseThrow();
            String units = onnx.data(slice.parameter() + "/steps", DataType.FLOAT, new long[] {channels},
                    () -> Protos.floats(new long[] {channels}, numbers.integers(slice, weight, input.get().grid()).steps()));
            values.add(onnx.node("DequantizeLinear", slice.parameter() + "/dequantize", bias(slice),
                    List.of(integers(slice, weight, input.get()), units), Protos.attribute("axis", 0L)));
        }
        return values;
    }

    private List<Value> calls(Weight weight, Stored stored, Optional<ParameterSlice> bias, Optional<Codes> input) {
        String name = weight.slice().parameter();
        Value result = new Value(name, DataType.FLOAT, stored.dims());
        if (input.isEmpty()) {
            return onnx.call(WEIGHT, name + "/dequantize", List.of(result), List.of(stored.integers(), steps(weight)));
        }
        ParameterSlice slice = bias.orElseThrow();
        return onnx.call(LAYER, name + "/dequantize", List.of(result, bias(slice)),
                List.of(stored.integers(), steps(weight), integers(slice, weight, input.get()), input.get().step(onnx)));
    }

    private static Value bias(ParameterSlice slice) {
        return new Value(slice.parameter(), DataType.FLOAT, dims(slice));
    }

    private String steps(Weight weight) {
        long[] dims = {weight.slice().shape()[0]};
        return onnx.data(weight.slice().parameter() + "/steps", DataType.FLOAT, dims, () -> Protos.floats(dims, numbers.quantized(weight).steps()));
    }

    private String integers(ParameterSlice bias, Weight weight, Codes input) {
        // the unit depends on the input, so a bias that two layers shared would be written twice
        return onnx.data(bias.parameter() + "/codes", DataType.INT32, dims(bias),
                () -> Protos.int32(numbers.integers(bias, weight, input.grid()).integers()));
    }

    private String floats(ParameterSlice slice, Supplier<Tensor> tensor) {
        return onnx.numbers(slice, slice.parameter(), dims(slice), () -> tensor.get().data());
    }

    /** What the codes stand for, as int8. */
    private String integers(String name, Weight weight, long[] dims) {
        int bits = weight.bits();
        if (!layout.narrow(bits)) {
            return int8(name, weight, dims);
        } else if (!numbers.packs(weight)) {
            notes.add(name + " stays int8: it has numbers that no code of " + bits + " bits stands for, such as the zeros of a channel that "
                    + "its batch norm silenced.");
            return int8(name, weight, dims);
        }
        List<Value> read = List.of(new Value(name + "/codes", DataType.INT8, dims));
        if (layout == Layout.INT4) {
            String stored = onnx.data(name + "/codes4", DataType.INT4, dims, () -> Protos.int4(dims, codes(weight)));
            return onnx.call(READ_INT4, name + "/read", read, List.of(stored)).get(0).name();
        }
        long[] planes = {bits, (weight.slice().elements() + 7) / 8};
        String stored = onnx.data(name + "/planes", DataType.UINT8, planes, () -> PackedCodes.planes(bits, codes(weight)));
        return onnx.call(UNPACK, name + "/unpack", read, List.of(stored,
                onnx.constant(List.of("places", bits), "places" + bits, () -> PackedCodes.places(bits)),
                onnx.constant(List.of("least", bits), "least" + bits, () -> PackedCodes.least(bits))),
                Protos.attribute(PackedCodes.SHAPE, dims)).get(0).name();
    }

    private String int8(String name, Weight weight, long[] dims) {
        return onnx.data(name + "/codes", DataType.INT8, dims, () -> Protos.int8(dims, numbers.quantized(weight).integers()));
    }

    private byte[] codes(Weight weight) {
        return numbers.quantized(weight).codes().orElseThrow();
    }

    private static long[] dims(ParameterSlice slice) {
        return Arrays.stream(slice.shape()).asLongStream().toArray();
    }
}
