package io.fullynested.hardware;

import io.fullynested.api.cost.CostModel;
import io.fullynested.api.graph.Graph;
import java.util.Arrays;

/**
 * The most bytes of signals that are held at once for one image, the layers computed in the order of the graph: what a layer reads and
 * writes, and what later layers still need. Weights are not counted. Every number takes the bits of its code. Batch norms, activation
 * functions, rounding and flattening happen before a result is stored; a sum or product overwrites a factor that is not needed any more;
 * nothing else is in place. (Chowdhery et al., Visual Wake Words, 2019, count peak memory so, without the sums in place.)
 */
public record PeakMemory() implements CostModel {

    @Override
    public String unit() {
        return "bytes";
    }

    @Override
    public double cost(Graph graph) {
        return Arrays.stream(perNode(graph)).max().orElse(0);
    }

    @Override
    public double[] perNode(Graph graph) {
        Schedule schedule = Schedule.of(graph);
        return schedule.perNode(schedule.held());
    }
}
