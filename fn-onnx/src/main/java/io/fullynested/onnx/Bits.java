package io.fullynested.onnx;

import io.fullynested.api.graph.FakeQuantize;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Weight;
import java.util.Optional;
import java.util.stream.IntStream;

/** How many bits the quantised numbers of a network have. */
final class Bits {

    private Bits() {
    }

    /** Of each tensor of quantised weights. */
    static IntStream weights(Graph graph) {
        return graph.nodes().stream().map(Node::weight).flatMap(Optional::stream).filter(Weight::quantized)
                .mapToInt(Weight::bits);
    }

    /** Of each quantised signal. */
    static IntStream signals(Graph graph) {
        return graph.nodes().stream().map(Node::rounding).flatMap(Optional::stream).mapToInt(FakeQuantize::bits);
    }
}
