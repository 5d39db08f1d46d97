package io.fullynested.fidelity;

import io.fullynested.training.TrainingListener;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Shows how far the pieces are, and foresees how long the rest takes from what multiply-accumulates took so far. */
final class Display {

    private static final double INTERVAL = 15;

    private final PrintWriter out;
    private final long start = System.nanoTime();
    private double[] costs = {};
    private int all;
    private int before;
    private double macs;
    private double seconds;

    Display(PrintWriter out) {
        this.out = out;
    }

    /** @param rows of earlier runs, to foresee the first piece from */
    void begin(Table table, int done, double[] left, List<Row> rows) {
        costs = left.clone();
        before = done;
        all = done + left.length;
        Set<Double> seen = new HashSet<>();
        macs = 0;
        seconds = 0;
        for (Row row : rows) {
            if (seen.add(row.trainMacs() * 1e3 + row.seconds())) {
                learn(row.trainMacs(), row.seconds());
            }
        }
        out.println(text("%s: %d of %d pieces are done%s", table.id(), done, all, left.length == 0 || macs == 0 ? ""
                : text(", the rest takes about %s", time(Arrays.stream(left).sum() * seconds / macs))));
    }

    private void learn(double cost, double took) {
        macs += cost;
        seconds += took;
    }

    /** Whether a piece may be begun; one of which nothing is known may, as long as there is time at all. */
    boolean fits(int index, double limit) {
        double used = (System.nanoTime() - start) / 1e9;
        return used < limit && (macs == 0 || used + costs[index] * seconds / macs <= limit);
    }

    void stopped(int left) {
        out.println(text("Stopped by --limit-minutes with %d pieces left; the same command goes on from here", left));
    }

    TrainingListener training(int index, Piece piece, long seed) {
        out.println(text("%d/%d  %s, seed %d, %d epochs", before + index + 1, all, piece.name(), seed, piece.options().epochs()));
        double[] shown = {0};
        return new TrainingListener() {
            @Override
            public void resumed(long step, long steps, List<Progress> past) {
                out.println(text("      goes on after step %,d of %,d", step, steps));
            }

            @Override
            public void step(Progress at) {
                double took = at.seconds();
                if (took - shown[0] >= INTERVAL || at.step() == at.steps()) {
                    shown[0] = took;
                    double left = took / at.step() * (at.steps() - at.step());
                    double rate = (took + left) / costs[index];
                    double later = Arrays.stream(costs, index + 1, costs.length).sum() * rate;
                    out.println(text("      epoch %d/%d  loss %.3f  accuracy %.1f %%  %.0f images/s  %s left, all pieces %s", at.epoch(),
                            at.epochs(), at.loss(), 100 * at.score(), at.imagesPerSecond(), time(left), time(left + later)));
                }
            }
        };
    }

    void finished(int index, List<Row> rows) {
        learn(rows.get(0).trainMacs(), rows.get(0).seconds());
        for (Row row : rows) {
            out.println(text("      %-9s %6.2f %%  %,d MACs  %s", row.recipe(), row.testAccuracy(), row.macs(), row.selection()));
        }
    }

    private static String time(double seconds) {
        return seconds < 100 ? text("%.0f s", seconds) : seconds < 6000 ? text("%.0f min", seconds / 60) : text("%.1f h", seconds / 3600);
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
