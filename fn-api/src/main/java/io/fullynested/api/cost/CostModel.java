package io.fullynested.api.cost;

import io.fullynested.api.graph.Graph;
import java.util.Optional;

/** What a submodel costs on some hardware. Costs are never negative and, if {@link #monotone}, never grow when a submodel keeps less. */
public interface CostModel {

    /**
     * The unit of its values, as shown to people: {@code MACs}, {@code bytes}, {@code ms}. Limits of budgets may be written in any unit
     * of the same kind.
     */
    String unit();

    /**
     * The cost of running the network on one image, or of storing it.
     *
     * @throws IllegalArgumentException if it cannot be told of such a network; the message, which is shown to the user, names the node
     */
    double cost(Graph graph);

    /**
     * What each node, in the order of the graph, has to do with the cost: its share of a sum, or what is in use while it is computed if
     * the cost is a peak. None of them is above the cost. Empty if the cost is not made of nodes.
     */
    default double[] perNode(Graph graph) {
        return new double[0];
    }

    /**
     * Whether it never grows when a submodel keeps less. If so, the smallest submodel decides whether a budget can be met. What is
     * measured rarely is.
     */
    default boolean monotone() {
        return true;
    }

    /**
     * By how much it may be more when less is kept, though it is {@link #monotone}: a file that needs a function more, for example. In its
     * unit, 0 or more.
     */
    default double slack() {
        return 0;
    }

    /**
     * What a person should know beside the cost of this network, such as how much of it is a guess, and how good the guesses are; in a few
     * words. Empty if there is nothing to say.
     *
     * @throws IllegalArgumentException if the cost says nothing at all of such a network; the message, which is shown to the user, tells why
     */
    default Optional<String> caveat(Graph graph) {
        return Optional.empty();
    }

    /** The same model, which can ask the program that runs it; whoever uses a cost model calls this first, once. */
    default CostModel on(Host host) {
        return this;
    }
}
