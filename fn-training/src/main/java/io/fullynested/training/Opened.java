package io.fullynested.training;

import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How far the draws of a training have opened, see {@link Opening}; part of its state. */
final class Opened {

    /** Of the running mean of the loss. */
    private static final double DECAY = 0.95;
    /** Losses before the mean of them tells anything. */
    private static final int FIRST = 10;
    private static final double FASTEST = 0.01;

    private static final int LOSS = 0;
    private static final int WEIGHT = 1;
    private static final int OPEN = 2;
    private static final int STEPS = 3;
    private static final int MORE = 4;

    private final Supernet net;
    private final Opening opening;
    private final Loss.Span span;
    private final double share;
    private final float[] numbers;
    private final Map<SubmodelSpec, Double> macs = new HashMap<>();

    /**
     * Nothing open yet.
     *
     * @param span  what the loss falls from and to; unknown if all are open from the first step on
     * @param share multiply-accumulates of a draw once all are open, in those of the full network; no number if nobody asks for {@link #more}
     */
    Opened(Supernet net, Opening opening, Loss.Span span, double share, TrainingState state) {
        this.net = net;
        this.opening = opening;
        this.span = span;
        this.share = share;
        Tensor kept = state.tensor("opened", TrainingState.Role.COUNT, 5);
        this.numbers = kept.data();
        numbers[OPEN] = span.blind() > 0 ? 0 : 1;
    }

    /** Opens all at once. */
    void all() {
        numbers[OPEN] = 1;
    }

    /** How much is open, 0..1. */
    double open() {
        return numbers[OPEN];
    }

    /** What the learning rate of the schedule is multiplied by. */
    double rate() {
        return opening.rate() + (1 - opening.rate()) * open();
    }

    /** Steps of fully open draws that those so far cost more than as many of fully open draws. */
    double more() {
        return numbers[MORE];
    }

    /**
     * Opens as a step allows.
     *
     * @param loss     mean of its submodels
     * @param progress share of the training that is done after it
     */
    void follow(List<SubmodelSpec> drawn, double loss, double progress) {
        if (open() >= 1) {
            return;
        }
        if (share > 0) {
            numbers[MORE] += (float) (drawn.stream().mapToDouble(this::cost).average().orElseThrow() / share - 1);
        }
        numbers[LOSS] = (float) (DECAY * numbers[LOSS] + (1 - DECAY) * loss);
        numbers[WEIGHT] = (float) (DECAY * numbers[WEIGHT] + (1 - DECAY));
        double allowed = ++numbers[STEPS] < FIRST ? 0 : Math.min(open() + FASTEST, opening.allowed(span.left(numbers[LOSS] / numbers[WEIGHT])));
        numbers[OPEN] = (float) Math.min(1, Math.max(open(), Math.max(allowed, opening.due(progress))));
    }

    private double cost(SubmodelSpec drawn) {
        return macs.computeIfAbsent(drawn, this::macs) / macs.computeIfAbsent(net.axes().full(), this::macs);
    }

    private double macs(SubmodelSpec submodel) {
        return net.compile(submodel).macs();
    }
}
