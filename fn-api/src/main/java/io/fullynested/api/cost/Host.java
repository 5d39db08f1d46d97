package io.fullynested.api.cost;

import io.fullynested.api.graph.Graph;
import java.util.Arrays;
import java.util.Optional;

/** What a cost model can ask of the program that runs it. All answers depend on shapes and bits alone, not on trained numbers. */
public interface Host {

    /**
     * Bytes of the numbers that an exported file holds: codes, steps, biases.
     *
     * @param format a format of {@code ./fn export}; if empty, the one that this run exports to
     * @return one for each node, in the order of the graph
     * @throws IllegalArgumentException if there is no such format
     */
    double[] storedBytes(Graph graph, Optional<String> format);

    /**
     * Bytes of a whole exported file, as its folder lists them: numbers, nodes, names, and what it says of its origin.
     *
     * @param format a format of {@code ./fn export}; if empty, the one that this run exports to
     * @throws IllegalArgumentException if there is no such format
     */
    double fileBytes(Graph graph, Optional<String> format);

    /**
     * What each node has to do with {@link #fileBytes}: its numbers, nodes and names. What they share belongs to none. By default, its numbers.
     *
     * @return one for each node, in the order of the graph
     */
    default double[] fileBytesPerNode(Graph graph, Optional<String> format) {
        return storedBytes(graph, format);
    }

    /**
     * Multiply-accumulates as an exported file has them computed, which may be more than the network's: narrow groups of a convolution may be put
     * together, zeros between them. By default, the network's.
     *
     * @param format as above
     * @return one for each node, in the order of the graph
     */
    default double[] executedMacs(Graph graph, Optional<String> format) {
        return graph.nodes().stream().mapToDouble(graph::macs).toArray();
    }

    /**
     * Runs the network as it is exported, in onnxruntime on this machine, until the time of a run is certain.
     *
     * @param batch   images that go in at once, at least 1
     * @param threads threads within an operator, at least 1
     */
    Timing time(Graph graph, int batch, int threads);

    /**
     * How long a network takes for one batch.
     *
     * @param milliseconds the whole network: the median of many runs, as in every budget, claim and table of this program
     * @param perNode      the part of each node, in the order of the graph, 0 for a node that the runtime merges into another; they sum
     *                     up to the whole
     */
    record Timing(double milliseconds, double[] perNode) {

        @Override
        public boolean equals(Object other) {
            return other instanceof Timing that && Double.compare(milliseconds, that.milliseconds) == 0 && Arrays.equals(perNode, that.perNode);
        }

        @Override
        public int hashCode() {
            return 31 * Double.hashCode(milliseconds) + Arrays.hashCode(perNode);
        }

        @Override
        public String toString() {
            return "Timing[milliseconds=" + milliseconds + ", perNode=" + Arrays.toString(perNode) + "]";
        }
    }
}
