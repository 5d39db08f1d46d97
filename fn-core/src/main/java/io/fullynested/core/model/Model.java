package io.fullynested.core.model;

import io.fullynested.api.graph.BatchNorm;
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

    /** Whether its numbers hold the statistics of all its batch norms, so that none are to be measured: a source that stays as it is brings its own. */
    public boolean recalibrated() {
        return graph.nodes().stream().allMatch(node -> !(node.operator() instanceof BatchNorm norm)
                || parameters.holds(norm.mean().parameter()) && parameters.holds(norm.variance().parameter()));
    }

    /** The same network with the statistics of a recalibration, or with other tensors replaced. */
    public Model with(Map<String, Tensor> more) {
        return new Model(graph, parameters.with(more));
    }
}
