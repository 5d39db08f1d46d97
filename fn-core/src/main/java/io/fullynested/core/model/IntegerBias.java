package io.fullynested.core.model;

import io.fullynested.api.graph.Layer;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.ParameterSlice;
import io.fullynested.core.tensor.QuantizedTensor;
import io.fullynested.core.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A bias in the units of the products of weight codes and signal codes, so that an integer sum of products can start from it (Jacob
 * et al., CVPR 2018, section 2.4). The unit is coarse when the codes have few bits; whoever computes with the bias elsewhere must
 * therefore use the rounded one.
 *
 * @param integers one per output channel
 * @param steps    the unit, one per output channel
 */
public record IntegerBias(int[] integers, float[] steps) {

    /** Rounds a bias, unless it or a sum that starts from it could leave the range of an int32. */
    public static Optional<IntegerBias> of(Tensor bias, QuantizedTensor weight, SignalGrid input) {
        long room = room(weight.integers().length / weight.steps().length);
        int[] integers = new int[bias.data().length];
        float[] steps = new float[integers.length];
        for (int o = 0; o < integers.length; o++) {
            steps[o] = input.scale() * weight.steps()[o];
            double integer = Math.rint((double) bias.data()[o] / steps[o]);
            if (!(steps[o] >= Float.MIN_NORMAL) || !(Math.abs(integer) <= room)) {
                return Optional.empty();
            }
            integers[o] = (int) integer;
        }
        return Optional.of(new IntegerBias(integers, steps));
    }

    /**
     * A step of the weights of an output channel that surely leaves room for its bias. Weights of a smaller step add less than
     * {@code terms / 30,000} of the bias.
     *
     * @param terms how many products the channel sums
     */
    static float smallestStep(float bias, int terms, SignalGrid input) {
        return 2 * Math.abs(bias) / room(terms) / input.scale();
    }

    private static long room(int terms) {
        return Integer.MAX_VALUE - 255L * 127 * terms;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof IntegerBias that && Arrays.equals(integers, that.integers) && Arrays.equals(steps, that.steps);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(integers) + Arrays.hashCode(steps);
    }

    @Override
    public String toString() {
        return "IntegerBias[integers=" + Arrays.toString(integers) + ", steps=" + Arrays.toString(steps) + "]";
    }

    /** The rounded bias. */
    public Tensor dequantize() {
        float[] values = new float[integers.length];
        for (int o = 0; o < values.length; o++) {
            values[o] = integers[o] * steps[o];
        }
        return Tensor.vector(values);
    }

    /**
     * The same network with every bias rounded that an integer runtime would round: those of layers whose weights and inputs are codes.
     *
     * @param model an extracted network
     */
    public static Model round(Model model) {
        List<Optional<SignalGrid>> grids = SignalGrid.all(model);
        Map<String, Tensor> rounded = new HashMap<>();
        for (Node node : model.graph().nodes()) {
            node.operator().layer().ifPresent(layer -> round(model.parameters(), layer, grids.get(node.inputs().get(0)), rounded));
        }
        return model.with(rounded);
    }

    private static void round(Parameters parameters, Layer layer, Optional<SignalGrid> input, Map<String, Tensor> rounded) {
        if (layer.weight().quantized() && layer.bias().isPresent() && input.isPresent()) {
            ParameterSlice bias = layer.bias().get();
            of(parameters.value(bias), parameters.quantized(layer.weight()), input.get())
                    .ifPresent(integers -> rounded.put(bias.parameter(), integers.dequantize()));
        }
    }
}
