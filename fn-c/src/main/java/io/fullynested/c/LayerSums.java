package io.fullynested.c;

import io.fullynested.api.graph.Layer;
import io.fullynested.api.graph.Node;
import io.fullynested.core.integer.NoIntegerFormException;
import io.fullynested.core.integer.Numbers;
import io.fullynested.core.integer.Signal;
import io.fullynested.core.model.IntegerBias;
import io.fullynested.core.model.SignalGrid;
import io.fullynested.core.tensor.QuantizedTensor;
import java.util.Optional;

/** What layers sum up. */
final class LayerSums {

    private LayerSums() {
    }

    /**
     * The sums of a layer.
     *
     * @param x what its weights are multiplied with
     */
    static Sums sums(Numbers numbers, Node node, Layer layer, Signal x) {
        if (numbers.absent()) {
            return new Sums.Sized(layer.weight().slice().shape()[0], layer.weight().slice().elements(), layer.weight().bits());
        }
        QuantizedTensor weights = numbers.quantized(layer.weight());
        SignalGrid grid = new SignalGrid((float) x.step(), -x.least());
        Optional<IntegerBias> bias = layer.bias().map(slice -> IntegerBias.of(numbers.parameters().orElseThrow().value(slice), weights, grid)
                .orElseThrow(() -> NoIntegerFormException.of(node, "its weights are so close to zero that its bias is beyond an int32")));
        return CodedSums.of(weights, bias, x, grid.scale());
    }

    /**
     * The sums of a dense layer of a signal that joins several.
     *
     * @return empty where there are no numbers
     */
    static Optional<JoinedSums.Before> joined(Numbers numbers, Layer layer, Signal x) {
        return numbers.parameters().map(there -> new JoinedSums.Before(there.quantized(layer.weight()), layer.bias().map(numbers::value)
                .orElse(new float[layer.weight().slice().shape()[0]]), x.parts()));
    }
}
