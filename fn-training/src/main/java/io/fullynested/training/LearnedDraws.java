package io.fullynested.training;

import io.fullynested.api.cost.CostModel;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * The logits θ of axes whose distribution is {@link Learned}, and the gradient that they follow. They are part of the {@link TrainingState}, so that a
 * training that goes on goes on with them, and ranks that see the mean losses of all have the same.
 */
final class LearnedDraws {

    /** Draws of a step whose cost is looked at. */
    static final int PRICED = 8;
    /** Of the loss that others are compared with, and of the expected cost. */
    private static final double DECAY = 0.95;
    private static final int REMEMBERED = 5000;
    /** Of any prefix at first, so that it can become more likely again. */
    private static final double LEAST = 0.02;

    private final Supernet net;
    private final Map<String, Tensor> logits = new TreeMap<>();
    private final Map<String, Learned> kinds = new TreeMap<>();
    /** Means over the last steps: of losses, and of costs. */
    private final Tensor means;
    private final Map<SubmodelSpec, Double> costs = new LinkedHashMap<>();
    private final double whole;

    LearnedDraws(Supernet net, TrainingOptions options, TrainingState state) {
        this.net = net;
        for (NestedAxis axis : net.axes().axes()) {
            if (options.orderedDropout(axis.level()) instanceof Learned kind) {
                kinds.put(axis.id(), kind);
                logits.put(axis.id(), state.tensor("draws/" + axis.id(), TrainingState.Role.MEMORY, axis.keeps().size()));
            }
        }
        this.means = kinds.isEmpty() ? null : state.tensor("draws", TrainingState.Role.MEMORY, 4);
        this.whole = kinds.isEmpty() ? 1 : cost(net.axes().full());
    }

    /**
     * Begins where the noise of terms says, at axes that are to.
     *
     * @param priors by axis
     * @param ratios of signal to noise, ranked: the name of each gamma → a number for each of its channels
     */
    void begin(Map<String, double[]> priors, Map<String, float[]> ratios) {
        kinds.forEach((id, kind) -> {
            if (kind.from() == Learned.From.SIGNAL_TO_NOISE) {
                double[] prior = priors.get(id);
                PrefixNoise.probabilities(net, net.axes().axis(id), ratios).ifPresent(q -> {
                    float[] theta = logits.get(id).data();
                    for (int k = 0; k < theta.length; k++) {
                        theta[k] = prior[k] > 0 ? (float) Math.log(Math.max(LEAST, q[k]) / prior[k]) : 0;
                    }
                });
            }
        });
    }

    /** Whether anything is learnt. */
    boolean any() {
        return !kinds.isEmpty();
    }

    /** The distribution of an axis, from its prior. */
    double[] of(NestedAxis axis, double[] prior) {
        Tensor theta = logits.get(axis.id());
        if (theta == null) {
            return prior;
        }
        double greatest = 0;
        for (float logit : theta.data()) {
            greatest = Math.max(greatest, logit);
        }
        double[] weights = prior.clone();
        for (int k = 0; k < weights.length; k++) {
            weights[k] *= Math.exp(theta.data()[k] - greatest);
        }
        return Categorical.normalized(weights);
    }

    /**
     * Moves θ.
     *
     * @param priors    by axis
     * @param drawn     submodels that were drawn of q with each axis on its own
     * @param losses    theirs
     * @param priced    more of such submodels, to know the cost by
     * @param progress  share of the training that is done
     */
    void learn(Map<String, double[]> priors, List<SubmodelSpec> drawn, double[] losses, List<SubmodelSpec> priced, double progress) {
        double[] loss = losses.clone();
        double usual = mean(0).orElse(Arrays.stream(losses).average().orElse(0));
        Arrays.setAll(loss, i -> (loss[i] - usual) / Math.max(1, loss.length));
        Arrays.stream(losses).forEach(one -> follow(0, one));
        double[] cost = priced.stream().mapToDouble(spec -> cost(spec) / whole).toArray();
        double expected = Arrays.stream(cost).average().orElse(0);
        // a target is compared with the cost of steps before: noise of the same draws in both factors would not average out
        double before = mean(2).orElse(expected);
        follow(2, expected);
        // of n draws compared with the mean of all n, the gradient is n / (n − 1) of the estimate
        Arrays.setAll(cost, i -> (cost[i] - expected) / Math.max(1, cost.length - 1));
        for (NestedAxis axis : net.axes().axes()) {
            Learned kind = kinds.get(axis.id());
            if (kind != null) {
                double[] q = of(axis, priors.get(axis.id()));
                double[] gradient = divergence(q, priors.get(axis.id()), kind.strength());
                addScores(gradient, axis, q, drawn, loss, 1);
                addScores(gradient, axis, q, priced, cost, kind.price() * kind.target().map(target -> Math.signum(before - target)).orElse(1.0));
                move(logits.get(axis.id()), gradient, kind.rate() * (1 - progress));
            }
        }
    }

    /** The mean that stands at {@code at}, the sum of its weights behind it; empty before anything came. */
    private OptionalDouble mean(int at) {
        return means.data()[at + 1] > 0 ? OptionalDouble.of(means.data()[at] / means.data()[at + 1]) : OptionalDouble.empty();
    }

    private void follow(int at, double value) {
        means.data()[at] = (float) (DECAY * means.data()[at] + (1 - DECAY) * value);
        means.data()[at + 1] = (float) (DECAY * means.data()[at + 1] + (1 - DECAY));
    }

    private static void move(Tensor theta, double[] gradient, double rate) {
        double mean = 0;
        for (int k = 0; k < gradient.length; k++) {
            theta.data()[k] -= (float) (rate * gradient[k]);
            mean += theta.data()[k] / gradient.length;
        }
        for (int k = 0; k < gradient.length; k++) {
            theta.data()[k] -= (float) mean;
        }
    }

    /** The gradient of {@code strength · KL(q ‖ prior)} by θ. */
    private static double[] divergence(double[] q, double[] prior, double strength) {
        double[] logs = new double[q.length];
        double divergence = 0;
        for (int k = 0; k < q.length; k++) {
            logs[k] = q[k] > 0 ? Math.log(q[k] / prior[k]) : 0;
            divergence += q[k] * logs[k];
        }
        double all = divergence;
        double[] gradient = new double[q.length];
        Arrays.setAll(gradient, k -> strength * q[k] * (logs[k] - all));
        return gradient;
    }

    private static void addScores(double[] gradient, NestedAxis axis, double[] q, List<SubmodelSpec> drawn, double[] values, double factor) {
        for (int i = 0; i < drawn.size(); i++) {
            int kept = axis.keeps().indexOf(drawn.get(i).keep(axis.id()));
            for (int k = 0; k < q.length; k++) {
                gradient[k] += factor * values[i] * ((k == kept ? 1 : 0) - q[k]);
            }
        }
    }

    private double cost(SubmodelSpec spec) {
        if (costs.size() > REMEMBERED) {
            costs.clear();
        }
        return costs.computeIfAbsent(spec, some -> {
            Graph graph = net.compile(some);
            Optional<CostModel> model = kinds.values().iterator().next().cost();
            return model.map(one -> one.cost(graph)).orElseGet(() -> (double) graph.macs());
        });
    }

    /** The learnt distributions by axis. */
    Map<String, List<Double>> distributions(Map<String, double[]> priors) {
        Map<String, List<Double>> all = new TreeMap<>();
        for (NestedAxis axis : net.axes().axes()) {
            if (kinds.containsKey(axis.id())) {
                List<Double> q = new ArrayList<>();
                Arrays.stream(of(axis, priors.get(axis.id()))).forEach(q::add);
                all.put(axis.id(), q);
            }
        }
        return all;
    }
}
