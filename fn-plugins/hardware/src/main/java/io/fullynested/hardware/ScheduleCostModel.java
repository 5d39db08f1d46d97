package io.fullynested.hardware;

import io.fullynested.api.cost.CostModel;
import io.fullynested.api.graph.Graph;
import java.util.Arrays;

/** A cost that is the sum of what the steps of a {@link Schedule} cost. */
interface ScheduleCostModel extends CostModel {

    /** One share for each step. */
    double[] perStep(Schedule schedule);

    @Override
    default double[] perNode(Graph graph) {
        Schedule schedule = Schedule.of(graph);
        return schedule.perNode(perStep(schedule));
    }

    @Override
    default double cost(Graph graph) {
        return Arrays.stream(perNode(graph)).sum();
    }
}
