package io.fullynested.core.integer;

import io.fullynested.api.graph.FakeQuantize;
import io.fullynested.api.graph.ParameterSlice;
import io.fullynested.api.graph.Weight;
import io.fullynested.core.model.Parameters;
import io.fullynested.core.model.SignalGrid;
import io.fullynested.core.tensor.QuantizedTensor;
import java.util.Arrays;
import java.util.Optional;

/**
 * The numbers of a network that is written. Where only its size is wanted there are none: then the answers are those of nearly every model, in which weights
 * are codes and biases fit an int32.
 *
 * @param parameters what there is of them
 */
public record Numbers(Optional<Parameters> parameters) {

    /** Whether there are none. */
    public boolean absent() {
        return parameters.isEmpty();
    }

    /** A vector; ones where there are no numbers. */
    public float[] value(ParameterSlice slice) {
        return parameters.map(there -> there.value(slice).data()).orElseGet(() -> ones(slice.elements()));
    }

    private static float[] ones(int count) {
        float[] ones = new float[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    /** Weights as codes; zeros where there are no numbers. */
    public QuantizedTensor quantized(Weight weight) {
        return parameters.map(there -> there.quantized(weight)).orElseGet(() -> {
            int[] shape = weight.slice().shape();
            return new QuantizedTensor(shape, weight.bits(), new byte[weight.slice().elements()], ones(shape[0]));
        });
    }

    /** What a code of one stands for; where there are no numbers, something in 1..2 that no other signal has. */
    public double step(FakeQuantize rounding) {
        return absent() ? Float.intBitsToFloat(Float.floatToIntBits(1) | rounding.clip().hashCode() & 0x7fffff)
                : SignalGrid.of(rounding, value(rounding.clip())[0]).scale();
    }
}
