package io.fullynested.core.model;

import io.fullynested.api.graph.Graph;
import io.fullynested.core.tensor.Tensor;
import java.util.Map;

/**
 * A network that can be run: a graph and its numbers.
 *
 * @param graph      the operators
 * @param parameters the numbers behind their names
 */
public record Model(Graph graph, Parameters parameters) {

    /** The same network with the statistics of a recalibration, or with other tensors replaced. */
    public Model with(Map<String, Tensor> more) {
        return new Model(graph, parameters.with(more));
    }
}
