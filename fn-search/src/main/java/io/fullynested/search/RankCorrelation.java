package io.fullynested.search;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Spearman's rank correlation. */
final class RankCorrelation {

    private RankCorrelation() {
    }

    /** From −1 to 1; equal values share their mean rank. Not a number if there are less than two values, or all of a list are equal. */
    static double of(List<Double> a, List<Double> b) {
        double[] x = ranks(a);
        double[] y = ranks(b);
        double mean = (x.length + 1) / 2.0;
        double xy = 0;
        double xx = 0;
        double yy = 0;
        for (int i = 0; i < x.length; i++) {
            xy += (x[i] - mean) * (y[i] - mean);
            xx += (x[i] - mean) * (x[i] - mean);
            yy += (y[i] - mean) * (y[i] - mean);
        }
        return xy / Math.sqrt(xx * yy);
    }

    private static double[] ranks(List<Double> values) {
        List<Integer> order = IntStream.range(0, values.size()).boxed().sorted(Comparator.comparingDouble(values::get)).toList();
        double[] ranks = new double[values.size()];
        for (int from = 0; from < ranks.length; ) {
            int to = from + 1;
            while (to < ranks.length && values.get(order.get(to)).equals(values.get(order.get(from)))) {
                to++;
            }
            for (int i = from; i < to; i++) {
                ranks[order.get(i)] = (from + 1 + to) / 2.0;
            }
            from = to;
        }
        return ranks;
    }
}
