package io.fullynested.c;

import io.fullynested.api.graph.FakeQuantize;
import io.fullynested.api.graph.Layer;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.ParameterSlice;
import io.fullynested.core.model.IntegerBias;
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
record Numbers(Optional<Parameters> parameters) {

    boolean absent() {
        return parameters.isEmpty();
    }

    /** A vector; ones where there are no numbers. */
    float[] value(ParameterSlice slice) {
        if (absent()) {
            float[] ones = new float[slice.elements()];
            Arrays.fill(ones, 1);
            return ones;
        }
        return parameters.get().value(slice).data();
    }

    /** What a code of one stands for; where there are no numbers, something in 1..2 that no other signal has. */
    double step(FakeQuantize rounding) {
        return absent() ? Float.intBitsToFloat(Float.floatToIntBits(1) | rounding.clip().hashCode() & 0x7fffff)
                : SignalGrid.of(rounding.bits(), rounding.signed(), parameters.get().value(rounding.clip()).data()[0]).scale();
    }

    /**
     * The sums of a layer.
     *
     * @param x what its weights are multiplied with
     */
    Sums sums(Node node, Layer layer, Signal x) {
        if (absent()) {
            return new Sums.Sized(layer.weight().slice().shape()[0], layer.weight().slice().elements(), layer.weight().bits());
        }
        QuantizedTensor weights = parameters.get().quantized(layer.weight());
        SignalGrid grid = new SignalGrid((float) x.step(), -x.least());
        Optional<IntegerBias> bias = layer.bias().map(slice -> IntegerBias.of(parameters.get().value(slice), weights, grid)
                .orElseThrow(() -> NoIntegerFormException.of(node, "its weights are so close to zero that its bias is beyond an int32")));
        return CodedSums.of(weights, bias, x, grid.scale());
    }

    /**
     * The sums of a dense layer of a signal that joins several.
     *
     * @return empty where there are no numbers
     */
    Optional<JoinedSums.Before> joined(Layer layer, Signal x) {
        return parameters.map(there -> new JoinedSums.Before(there.quantized(layer.weight()), layer.bias().map(this::value)
                .orElse(new float[layer.weight().slice().shape()[0]]), x.parts()));
    }
}
