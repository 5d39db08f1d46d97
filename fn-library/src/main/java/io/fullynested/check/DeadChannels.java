package io.fullynested.check;

import io.fullynested.TrainedSupernet;
import io.fullynested.api.graph.Activation;
import io.fullynested.api.graph.BatchNorm;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.ParameterSlice;
import io.fullynested.core.model.Parameters;
import java.util.Optional;

/**
 * Channels that say nothing: those whose batch norm leaves nothing for the ReLU behind it, {@code beta + 3 |gamma| < 0}. What of a signal
 * is more than three deviations from its mean is a thousandth.
 */
final class DeadChannels {

    private static final float DEVIATIONS = 3;
    private static final double MANY = 0.1;

    private DeadChannels() {
    }

    /** Something to say if there are many. */
    static Optional<Finding> of(TrainedSupernet net) {
        Graph graph = net.graph(net.axes().full());
        long all = 0;
        long dead = 0;
        for (Node node : graph.nodes()) {
            if (node.activation().filter(one -> one == Activation.RELU || one == Activation.RELU6).isPresent()
                    && graph.node(node.inputs().get(0)).operator() instanceof BatchNorm norm) {
                float[] gamma = values(net.parameters(), norm.gamma());
                float[] beta = values(net.parameters(), norm.beta());
                all += gamma.length;
                for (int c = 0; c < gamma.length; c++) {
                    dead += beta[c] + DEVIATIONS * Math.abs(gamma[c]) < 0 ? 1 : 0;
                }
            }
        }
        return dead <= MANY * all ? Optional.empty()
                : Optional.of(Finding.note("a lower learning rate, or fewer channels", "%,d of %,d channels behind a ReLU are always 0", dead, all));
    }

    private static float[] values(Parameters masters, ParameterSlice slice) {
        return masters.value(slice).data();
    }
}
