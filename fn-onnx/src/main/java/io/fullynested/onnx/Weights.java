package io.fullynested.onnx;

import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.fullynested.api.graph.ParameterSlice;
import io.fullynested.api.graph.Weight;
import io.fullynested.core.model.IntegerBias;
import io.fullynested.core.model.Parameters;
import io.fullynested.core.model.SignalGrid;
import io.fullynested.core.tensor.QuantizedTensor;
import io.fullynested.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes the weights and biases of convolutions and dense layers. */
final class Weights {

    private static final FunctionProto UNPACK = PackedCodes.function();
    private static final FunctionProto READ_INT4 = Int4Codes.function();
    private static final FunctionProto WIDEN = WideGroups.function();

    private final Parameters parameters;
    private final Format format;
    private final OnnxGraph onnx;
    private final List<String> notes;
    private final Map<Weight, String> dequantized = new HashMap<>();

    Weights(Parameters parameters, Format format, OnnxGraph onnx, List<String> notes) {
        this.parameters = parameters;
        this.format = format;
        this.onnx = onnx;
        this.notes = notes;
    }

    /**
     * The values that stand for a weight and its bias.
     *
     * @param groups   of the layer's channels
     * @param together how many of them are put together
     * @param layer    name of the layer they are for
     * @param input    what the codes that go into the layer stand for, if they are codes
     */
    List<String> operands(Weight weight, int groups, int together, Optional<ParameterSlice> bias, String layer, Optional<SignalGrid> input) {
        List<String> operands = new ArrayList<>();
        boolean coded = format.codes(weight);
        operands.add(coded ? codes(weight, groups, together) : floats(weight.slice(), parameters.value(weight)));
        if (bias.isPresent()) {
            Tensor tensor = parameters.value(bias.get());
            boolean summed = coded && input.isPresent();
            Optional<IntegerBias> integers = summed ? IntegerBias.of(tensor, parameters.quantized(weight), input.get()) : Optional.empty();
            if (summed && integers.isEmpty()) {
                notes.add("The bias of " + layer + " stays in float32, as some of its weights are so close to zero that it is beyond an int32"
                        + " in their units. Runtimes will compute this layer in float32.");
            }
            operands.add(integers.map(rounded -> integers(bias.get(), rounded)).orElseGet(() -> floats(bias.get(), tensor)));
        }
        return operands;
    }

    private String floats(ParameterSlice slice, Tensor tensor) {
        return onnx.numbers(slice, slice.parameter(), dims(tensor.shape()), tensor.data());
    }

    private String codes(Weight weight, int groups, int together) {
        String known = dequantized.get(weight);
        if (known == null) {
            QuantizedTensor tensor = parameters.quantized(weight);
            String name = weight.slice().parameter();
            long[] dims = dims(tensor.shape());
            String integers = integers(name, tensor);
            if (together > 1) {
                integers = widened(name, integers, dims, groups, together);
                dims = WideGroups.widened(dims, together);
            }
            long channels = tensor.steps().length;
            known = onnx.node("DequantizeLinear", name + "/dequantize", new Value(name, DataType.FLOAT, dims), List.of(
                    integers,
                    onnx.constant(name + "/steps", Protos.floats(new long[] {channels}, tensor.steps())),
                    // a vector of its own: onnxruntime cannot make weights uint8 that share one
                    onnx.constant(name + "/zeros", Protos.int8(new long[] {channels}, new byte[tensor.steps().length]))), Protos.attribute("axis", 0L)).name();
            dequantized.put(weight, known);
        }
        return known;
    }

    /** What the codes stand for, as int8. */
    private String integers(String name, QuantizedTensor tensor) {
        boolean narrow = format == Format.PACKED || format == Format.INT4 && tensor.bits() <= 4;
        Optional<byte[]> codes = narrow ? tensor.codes() : Optional.empty();
        if (codes.isPresent()) {
            return format == Format.PACKED ? unpacked(name, tensor, codes.get()) : widened(name, tensor, codes.get());
        } else if (narrow) {
            notes.add(name + " stays int8: it has numbers that no code of " + tensor.bits() + " bits stands for, such as the zeros of a channel that "
                    + "its batch norm silenced.");
        }
        return onnx.constant(name + "/codes", Protos.int8(dims(tensor.shape()), tensor.integers()));
    }

    private String widened(String name, QuantizedTensor tensor, byte[] stored) {
        long[] dims = dims(tensor.shape());
        return onnx.call(READ_INT4, name + "/read", new Value(name + "/codes", DataType.INT8, dims),
                List.of(onnx.constant(name + "/codes4", Protos.int4(dims, stored)))).name();
    }

    private String unpacked(String name, QuantizedTensor tensor, byte[] stored) {
        int bits = tensor.bits();
        return onnx.call(UNPACK, name + "/unpack", new Value(name + "/codes", DataType.INT8, dims(tensor.shape())), List.of(
                onnx.constant(name + "/planes", PackedCodes.planes(bits, stored)),
                onnx.constant(List.of("places", bits), "places" + bits, () -> PackedCodes.places(bits)),
                onnx.constant(List.of("least", bits), "least" + bits, () -> PackedCodes.least(bits)),
                onnx.constant(name + "/elements", Protos.int64(tensor.integers().length)),
                onnx.constant(name + "/shape", Protos.int64(dims(tensor.shape()))))).name();
    }

    private String widened(String name, String integers, long[] dims, int groups, int together) {
        long[] shape = WideGroups.widened(dims, together);
        return onnx.call(WIDEN, name + "/widen", new Value(name + "/wide", DataType.INT8, shape), List.of(
                integers,
                onnx.constant(name + "/groups", WideGroups.split(dims, groups, together)),
                onnx.constant(List.of("neighbours", together), "neighbours" + together, () -> WideGroups.places(together)),
                onnx.constant(name + "/wide_shape", Protos.int64(shape)))).name();
    }

    private String integers(ParameterSlice slice, IntegerBias bias) {
        // the unit depends on the input, so a bias that two layers shared would be written twice
        String name = slice.parameter();
        return onnx.node("DequantizeLinear", name + "/dequantize", new Value(name, DataType.FLOAT, bias.steps().length), List.of(
                onnx.constant(name + "/codes", Protos.int32(bias.integers())),
                onnx.constant(name + "/steps", Protos.floats(new long[] {bias.steps().length}, bias.steps()))),
                Protos.attribute("axis", 0L)).name();
    }

    private static long[] dims(int[] shape) {
        return Arrays.stream(shape).asLongStream().toArray();
    }
}
