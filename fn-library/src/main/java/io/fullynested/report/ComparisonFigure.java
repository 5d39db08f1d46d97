package io.fullynested.report;

import io.fullynested.search.FrontCsv;
import java.util.Comparator;
import java.util.List;

/** The fronts of several runs over one cost, each with the submodels that were chosen. */
final class ComparisonFigure {

    private static final double WIDTH = 1040;
    private static final double HEIGHT = 440;
    /** Beyond these, colours are used again, with other dashes. */
    private static final int COLOURS = 6;
    /** Of a name, and as wide as one is. */
    private static final int LETTERS = 60;
    private static final double LETTER = 7.5;
    private static final String[] DASHES = {"none", "7 4", "2 3", "9 3 2 3"};

    private ComparisonFigure() {
    }

    static Figure over(List<ComparedRun> runs, String cost, String unit) {
        List<FrontCsv.Row> all = runs.stream().flatMap(run -> run.front().stream()).toList();
        double[] costs = all.stream().mapToDouble(row -> row.costs().get(cost)).sorted().toArray();
        double[] scores = all.stream().mapToDouble(row -> 100 * row.score()).sorted().toArray();
        Panel panel = new Panel(Axis.around(costs[0], costs[costs.length - 1], 64, WIDTH - 28).in(unit),
                Axis.linear(scores[0], scores[scores.length - 1], HEIGHT - 52, 34).upTo(100));
        Markup svg = new Markup();
        panel.draw(svg, cost.equalsIgnoreCase(unit) ? unit : cost + ", " + unit, tick -> Quantity.text(tick, unit),
                "validation " + runs.get(0).summary().metric() + ", %", Quantity::digits);
        for (int i = 0; i < runs.size(); i++) {
            staircase(svg, panel, runs.get(i), i, cost, unit);
        }
        double names = WIDTH - 36 - LETTER * runs.stream().mapToInt(run -> shown(run).length()).max().orElse(0);
        for (int i = 0; i < runs.size(); i++) {
            double y = panel.y().from() - 18.0 * (runs.size() - i);
            svg.leaf("line", "class", "run run" + i % COLOURS, "stroke-dasharray", dashes(i), "x1", names - 36, "x2", names - 8, "y1", y, "y2", y);
            svg.text("text", shown(runs.get(i)), "x", names, "y", y + 4);
        }
        return new Figure("compare-" + cost, "Fronts of validation " + runs.get(0).summary().metric() + " over " + cost, WIDTH, HEIGHT, svg.toString());
    }

    /** The best score that each cost buys, up to where the next one costs more. */
    private static void staircase(Markup svg, Panel panel, ComparedRun run, int number, String cost, String unit) {
        StringBuilder line = new StringBuilder();
        double best = Double.NEGATIVE_INFINITY;
        for (FrontCsv.Row row : run.front().stream().sorted(Comparator.comparingDouble(row -> row.costs().get(cost))).toList()) {
            if (row.score() > best) {
                best = row.score();
                String x = Markup.number(panel.x().at(row.costs().get(cost)));
                String y = Markup.number(panel.y().at(100 * best));
                line.append(line.isEmpty() ? "M" + x + " " + y : "H" + x + "V" + y);
                svg.open("circle", "class", "run-point run" + number % COLOURS, "r", 3, "cx", panel.x().at(row.costs().get(cost)), "cy", panel.y().at(100 * best));
                svg.text("title", run.name() + ": " + Quantity.percent(best) + ", " + Quantity.text(row.costs().get(cost), unit) + ", " + row.selection()).close();
            }
        }
        svg.leaf("path", "class", "run run" + number % COLOURS, "stroke-dasharray", dashes(number), "d", line + "H" + Markup.number(panel.x().to()));
    }

    /** A name, or the end of a long one. */
    private static String shown(ComparedRun run) {
        return run.name().length() <= LETTERS ? run.name() : "…" + run.name().substring(run.name().length() - LETTERS + 1);
    }

    private static String dashes(int number) {
        return DASHES[number / COLOURS % DASHES.length];
    }
}
