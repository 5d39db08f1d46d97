package io.fullynested.training;

import io.fullynested.api.cost.CostModel;
import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.OrderedDropout;
import io.fullynested.api.plugin.Option;
import java.util.Optional;

/**
 * A distribution that is learnt while the network is, the step that Cui et al. (IJCAI 2020) announce. Beside the masters, training minimises over q, which
 * draws each axis a on its own,
 *
 * <pre>{@code J(q) = E_q[loss(s)] + price · E_q[cost(s)] / cost(full) + strength · Σₐ KL(qₐ ‖ priorₐ)}</pre>
 *
 * <p>the evidence bound at temperature {@code strength}, under the prior times {@code exp(−price · cost / strength)}. With a target, the second term is
 * {@code price · |E_q[cost(s)] / cost(full) − target|}, as ProxylessNAS pulls the expected latency to what it should be (Cai et al., ICLR 2019, section 3.3.1).
 * {@code qₐ = softmax(log priorₐ + θₐ)}, and θ follows the gradient: that of the divergence is exact, that of expectations the score-function estimate
 * {@code (value − baseline) · (eₖ − qₐ)} (Williams, REINFORCE, 1992), of the loss by the draws that are trained anyway, of the cost by some more that are only
 * compiled. See {@link LearnedDraws}. What {@link #probabilities} says is the prior.
 *
 * <p>It begins with the prior, or, {@code from: signal-to-noise}, after a warm start ranked by noise, with {@link PrefixNoise}; at a rate of 0 it stays there.
 *
 * @param prior    what the divergence is from
 * @param from     where it begins
 * @param rate     how far θ moves along a gradient of 1, less by the share of the training that is done
 * @param strength nats of loss that a nat of divergence from the prior is worth
 * @param price    nats of loss that the full network's whole cost is worth
 * @param target   share of the full network's cost that is wanted on average
 * @param cost     what is paid
 */
public record Learned(
        @Option(value = "what it is kept near, and begins with", byDefault = "uniform") OrderedDropout prior,
        @Option(value = "whether it begins with the prior or, after warm-start: {rank: signal-to-noise}, keeps terms as often as what noise they bear says",
                byDefault = "prior") From from,
        @Option(value = "how far logits move along a gradient of 1, falling to 0 over the training", byDefault = "0.05", min = 0) double rate,
        @Option(value = "nats of loss that a nat of divergence from the prior is worth", byDefault = "0.2", min = 1e-6) double strength,
        @Option(value = "nats of loss that the cost of the full network is worth", byDefault = "1", min = 0) double price,
        @Option(value = "share of the full network's cost that a draw should have on average; as the price makes it if absent", min = 0.001, max = 1)
        Optional<Double> target,
        @Option("what is paid: a cost model by its kind, or a named one such as pi4.latency; multiply-accumulates if absent") Optional<CostModel> cost) implements OrderedDropout {

    /** Where a distribution begins. */
    public enum From {
        /** With the prior. */
        PRIOR,
        /** With the ratios of signal to noise of what is ranked by them; see {@link PrefixNoise}. */
        SIGNAL_TO_NOISE
    }

    /** @throws IllegalArgumentException if the prior is itself learnt */
    public Learned {
        if (prior instanceof Learned) {
            throw new IllegalArgumentException("the prior of a learned distribution is learned itself. Maybe prior: uniform?");
        }
    }

    @Override
    public double[] probabilities(NestedAxis axis, double progress) {
        return prior.probabilities(axis, progress);
    }
}
