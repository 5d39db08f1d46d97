package io.fullynested.bundle;

import java.util.Arrays;
import java.util.List;

/**
 * Says which member of a bundle runs next: the best that keeps to a latency, and to the share of the largest one's work that battery and temperature
 * leave. It goes down at once, and up only when there is room to spare several times in a row, so that it does not swing between two members
 * at a limit. Not for several threads.
 */
public final class MemberPolicy {

    /** The share of another member's latency that is forgotten at each decision: the machine may have become faster since it ran. */
    private static final double FORGOTTEN = 0.005;

    private final List<Member> curve;
    private final double[] work;
    private final Rules rules;
    /** The latency of each member when it ran last, in ms; 0 if it has not run. */
    private final double[] measured;
    private int at;
    private int waited;

    /**
     * How much of the largest member's work a reading allows: none at one end, all at the other, evenly between.
     *
     * @param none the reading, at which only the least member may run
     * @param all  the reading, from which on all may; on either side of {@code none}
     */
    public record Band(double none, double all) {

        public Band {
            if (!Double.isFinite(none) || !Double.isFinite(all) || none == all) {
                throw new IllegalArgumentException("a band from " + none + " to " + all + ": two different numbers are needed");
            }
        }

        /** @return 0..1; 1 for NaN, an unknown reading */
        double share(double reading) {
            return Double.isNaN(reading) ? 1 : Math.max(0, Math.min(1, (reading - none) / (all - none)));
        }
    }

    /**
     * What the policy goes by.
     *
     * @param milliseconds that a run may take, above 0; infinite if it does not matter
     * @param battery      of charge, 0..1
     * @param temperature  in °C
     * @param margin       room that there has to be to go up, as a share of each limit, 0..1 without 1
     * @param patience     decisions in a row that have to agree before it goes up, at least 1
     */
    public record Rules(double milliseconds, Band battery, Band temperature, double margin, int patience) {

        public Rules {
            if (!(milliseconds > 0) || !(margin >= 0 && margin < 1) || patience < 1) {
                throw new IllegalArgumentException("a latency of " + milliseconds + " ms, a margin of " + margin + ", a patience of " + patience
                        + ": above 0, 0..1 and at least 1 are needed");
            }
        }

        /** No latency, all work from half a battery and below 65 °C, the least at a tenth of one and at 85 °C; a margin of 10 %, three times. */
        public static Rules standard() {
            return new Rules(Double.POSITIVE_INFINITY, new Band(.1, .5), new Band(85, 65), .1, 3);
        }

        /** The same with another latency, in ms. */
        public Rules within(double milliseconds) {
            return new Rules(milliseconds, battery, temperature, margin, patience);
        }
    }

    /**
     * A policy that starts with the least member.
     *
     * @param curve least first, as {@link NestedBundle#curve} has them
     * @throws IllegalArgumentException if there is none, or one does not tell its multiply-accumulates
     */
    public MemberPolicy(List<Member> curve, Rules rules) {
        if (curve.isEmpty()) {
            throw new IllegalArgumentException("there is no member to choose from");
        }
        this.curve = List.copyOf(curve);
        this.work = curve.stream().mapToDouble(member -> member.work()
                .orElseThrow(() -> new IllegalArgumentException("member '" + member.name() + "' does not tell its multiply-accumulates"))).toArray();
        this.rules = rules;
        this.measured = new double[work.length];
    }

    /** The member that runs. */
    public Member current() {
        return curve.get(at);
    }

    /**
     * The member to run from now on.
     *
     * @param milliseconds what a run of the current one takes; better the median of some runs than one
     * @param battery      0..1; NaN if unknown
     * @param temperature  in °C; NaN if unknown
     */
    public Member next(double milliseconds, double battery, double temperature) {
        for (int i = 0; i < measured.length; i++) {
            measured[i] = i == at ? milliseconds : (1 - FORGOTTEN) * measured[i];
        }
        double share = Math.min(rules.battery().share(battery), rules.temperature().share(temperature));
        int fits = largest(share, 1);
        if (fits < at) {
            at = fits;
            waited = 0;
        } else {
            int higher = largest(share, 1 - rules.margin());
            waited = higher > at ? waited + 1 : 0;
            if (waited >= rules.patience()) {
                at = higher;
                waited = 0;
            }
        }
        return current();
    }

    /** Without battery and thermometer. */
    public Member next(double milliseconds) {
        return next(milliseconds, Double.NaN, Double.NaN);
    }

    /** The largest member within a share of the limits; the least, if none is. */
    private int largest(double share, double part) {
        double most = part * share * Arrays.stream(work).max().orElseThrow();
        for (int i = work.length - 1; i > 0; i--) {
            // the largest one is within the limits if these are nothing less than all
            boolean allowed = work[i] <= most || share == 1;
            if (allowed && latency(i) <= part * rules.milliseconds()) {
                return i;
            }
        }
        return 0;
    }

    /** As measured when it ran last, or as the current one's tells by their work. */
    private double latency(int member) {
        return measured[member] > 0 ? measured[member] : measured[at] * work[member] / work[at];
    }
}
