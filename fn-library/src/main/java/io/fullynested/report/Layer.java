package io.fullynested.report;

import io.fullynested.api.graph.Shape;
import java.util.List;
import java.util.Map;

/**
 * What is drawn as one thing: an operator that computes or joins signals, with the norms, activations and quantisers after it.
 *
 * @param name       of the operator's node, with slashes between scopes
 * @param what       what it does, in a few words
 * @param shape      of what comes out in the end
 * @param groups     of a convolution, 1 otherwise
 * @param weightBits 0 if it has no weights
 * @param signalBits of what comes out in the end
 * @param inputs     positions of the layers that it takes signals from
 * @param costs      cost model → its share
 */
record Layer(String name, String what, Shape shape, int groups, int weightBits, int signalBits, List<Integer> inputs,
             Map<String, Double> costs) {

    /** The outermost scope: the block. */
    String block() {
        return name.split("/")[0];
    }

    /** The scopes between; empty if there are none. */
    String unit() {
        int first = name.indexOf('/');
        int last = name.lastIndexOf('/');
        return first < last ? name.substring(first + 1, last) : "";
    }

    /** The name within its scope. */
    String label() {
        return name.substring(name.lastIndexOf('/') + 1);
    }
}
