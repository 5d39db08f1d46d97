package io.fullynested.core.model;

import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Parameter;
import io.fullynested.api.graph.ParameterRole;
import io.fullynested.api.graph.ParameterSlice;
import io.fullynested.core.tensor.Tensor;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A network that can be run: a graph and its numbers.
 *
 * @param graph      the operators
 * @param parameters the numbers behind their names
 */
public record Model(Graph graph, Parameters parameters) {

    /** Whether its numbers hold the statistics of all its batch norms, so that none are to be measured: a source that stays as it is brings its own. */
    public boolean recalibrated() {
        return statistics(graph).allMatch(statistic -> parameters.holds(statistic.parameter()));
    }

    /** Means and variances of what a graph is normalised by. */
    static Stream<ParameterSlice> statistics(Graph graph) {
        return graph.nodes().stream().flatMap(node -> node.operator().parameters().stream())
                .filter(parameter -> parameter.role() == ParameterRole.MEAN || parameter.role() == ParameterRole.VARIANCE).map(Parameter::slice);
    }

    /** The same network with the statistics of a recalibration, or with other tensors replaced. */
    public Model with(Map<String, Tensor> more) {
        return new Model(graph, parameters.with(more));
    }
}
