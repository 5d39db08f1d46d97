package io.fullynested.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Where values of one dimension of a chart are drawn.
 *
 * @param least the value drawn at {@code from}
 * @param most  the value drawn at {@code to}, greater
 * @param log   whether equal distances are equal ratios; both values are positive then
 * @param one   what round values are round multiples of, 1024 for KiB
 */
record Axis(double least, double most, double from, double to, boolean log, double one) {

    /** Beyond this ratio of the greatest to the least a linear axis would hide the small ones. */
    private static final double WIDE = 6;

    /** An axis with some room around values; logarithmic if they are positive and far apart. */
    static Axis around(double least, double most, double from, double to) {
        if (least > 0 && most / least > WIDE) {
            double room = Math.pow(most / least, 0.04);
            return new Axis(least / room, most * room, from, to, true);
        }
        return linear(least, most, from, to);
    }

    /** A linear axis with some room around values. */
    static Axis linear(double least, double most, double from, double to) {
        double room = most > least ? 0.06 * (most - least) : Math.max(1e-3, Math.abs(most) / 20);
        return new Axis(least - room, most + room, from, to, false);
    }

    Axis(double least, double most, double from, double to, boolean log) {
        this(least, most, from, to, log, 1);
    }

    /** The same with marks that are round in KiB, MiB or the like, where bytes are told in these. */
    Axis in(String unit) {
        return unit.equals("bytes") ? new Axis(least, most, from, to, log, Quantity.prefix(least, unit)) : this;
    }

    /** The same, but that nothing is drawn above a value, which is as much as there can be. */
    Axis upTo(double bound) {
        return new Axis(least, Math.min(most, bound), from, to, log, one);
    }

    double at(double value) {
        double share = log ? Math.log(value / least) / Math.log(most / least) : (value - least) / (most - least);
        return from + share * (to - from);
    }

    boolean holds(double value) {
        return value >= least && value <= most;
    }

    /** Round values to mark, about as many as are wanted. */
    List<Double> ticks(int wanted) {
        if (one != 1) {
            return new Axis(least / one, most / one, from, to, log).ticks(wanted).stream().map(tick -> tick * one).toList();
        }
        return log ? decades(wanted) : steps(wanted);
    }

    private List<Double> steps(int wanted) {
        double rough = (most - least) / wanted;
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double step = power * (rough / power > 7 ? 10 : rough / power > 3 ? 5 : rough / power > 1.4 ? 2 : 1);
        List<Double> ticks = new ArrayList<>();
        for (long i = (long) Math.ceil(least / step); i * step <= most; i++) {
            ticks.add(i * step);
        }
        return ticks;
    }

    private List<Double> decades(int wanted) {
        List<Double> ticks = new ArrayList<>();
        for (double[] digits : new double[][] {{1, 2, 3, 4, 5, 6, 8}, {1, 2, 5}, {1, 3}, {1}}) {
            ticks.clear();
            for (int power = (int) Math.floor(Math.log10(least)); power <= Math.log10(most); power++) {
                for (double digit : digits) {
                    double tick = digit * Math.pow(10, power);
                    if (holds(tick)) {
                        ticks.add(tick);
                    }
                }
            }
            if (ticks.size() <= wanted + 2) {
                break;
            }
        }
        return ticks;
    }
}
