package io.fullynested.api.cost;

import io.fullynested.api.graph.Graph;

/** What a submodel costs on some hardware. Costs are never negative, and never grow when a submodel keeps less. */
public interface CostModel {

    /** The unit of its values, as shown to people: {@code MACs}, {@code bytes}, {@code ms}. */
    String unit();

    /** The cost of running the network on one image, or of storing it. */
    double cost(Graph graph);
}
