package io.fullynested.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.fullynested.api.graph.ParameterSlice;
import io.fullynested.api.graph.Weight;
import io.fullynested.core.model.Parameters;
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
     * @param layer name of the layer they are for
     * @param input what the codes that go into the layer stand for, if they are codes
     */
    List<String> operands(Weight weight, Optional<ParameterSlice> bias, String layer, Optional<Codes.Grid> input) {
        List<String> operands = new ArrayList<>();
        boolean coded = weight.quantized() && format == Format.QDQ_INT8;
        operands.add(coded ? codes(weight) : floats(weight.slice(), parameters.value(weight)));
        bias.ifPresent(slice -> {
            Tensor tensor = parameters.value(slice);
            operands.add(coded && input.isPresent()
                    ? integers(layer, slice, tensor, parameters.quantized(weight), input.get())
                    : floats(slice, tensor));
        });
        return operands;
    }

    private String floats(ParameterSlice slice, Tensor tensor) {
        return onnx.constant(slice, slice.parameter(), () -> Protos.floats(dims(tensor.shape()), tensor.data()));
    }

    private String codes(Weight weight) {
        String known = dequantized.get(weight);
        if (known == null) {
            QuantizedTensor tensor = parameters.quantized(weight);
            String name = weight.slice().parameter();
            long channels = tensor.steps().length;
            TensorProto zeros = Protos.int8(new long[] {channels}, new byte[tensor.steps().length]);
            known = onnx.node("DequantizeLinear", name + "/dequantize", new Value(name, DataType.FLOAT, dims(tensor.shape())), List.of(
                    onnx.constant(name + "/codes", Protos.int8(dims(tensor.shape()), tensor.integers())),
                    onnx.constant(name + "/steps", Protos.floats(new long[] {channels}, tensor.steps())),
                    onnx.constant(List.of("zeros", channels), "zeros" + channels, () -> zeros)), Protos.attribute("axis", 0L)).name();
            dequantized.put(weight, known);
        }
        return known;
    }

    /** A bias as int32 in the unit of the products, so that a runtime can start its integer sums from it. */
    private String integers(String layer, ParameterSlice slice, Tensor bias, QuantizedTensor weight, Codes.Grid input) {
        int terms = weight.integers().length / weight.steps().length;
        // what is left of the range of an int32 after the greatest possible sum of products
        long room = Integer.MAX_VALUE - 255L * 127 * terms;
        int[] integers = new int[bias.data().length];
        float[] steps = new float[integers.length];
        for (int o = 0; o < integers.length; o++) {
            steps[o] = input.scale() * weight.steps()[o];
            double integer = Math.rint((double) bias.data()[o] / steps[o]);
            if (!(steps[o] >= Float.MIN_NORMAL) || !(Math.abs(integer) <= room)) {
                notes.add("The bias of " + layer + " stays in float32: " + bias.data()[o] + " of channel " + o + " is beyond int32 in steps of "
                        + steps[o] + ". Runtimes compute this layer in float32.");
                return floats(slice, bias);
            }
            integers[o] = (int) integer;
        }
        // the unit depends on the input, so a bias that two layers shared would be written twice
        String name = slice.parameter();
        return onnx.node("DequantizeLinear", name + "/dequantize", new Value(name, DataType.FLOAT, steps.length), List.of(
                onnx.constant(name + "/codes", Protos.int32(integers)),
                onnx.constant(name + "/steps", Protos.floats(new long[] {steps.length}, steps))), Protos.attribute("axis", 0L)).name();
    }

    private static long[] dims(int[] shape) {
        return Arrays.stream(shape).asLongStream().toArray();
    }
}
