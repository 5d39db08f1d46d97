package io.fullynested.report;

import io.fullynested.api.search.Candidate;
import io.fullynested.search.ParetoFront;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Validation score over one cost of all that a search visited: the Pareto front of the two, that of all costs, what was chosen, and the
 * limits. Points carry their number among the visited as {@code data-i}.
 */
final class FrontFigure {

    private static final double WIDTH = 1040;
    private static final double HEIGHT = 440;

    private final List<Candidate> visited;
    private final List<Goal> goals;
    private final Set<Candidate> front;
    private final String metric;

    /**
     * Of what was visited.
     *
     * @param front  of all costs
     * @param metric what scores are of
     */
    FrontFigure(List<Candidate> visited, List<Goal> goals, Set<Candidate> front, String metric) {
        this.metric = metric;
        this.visited = visited;
        this.goals = goals;
        this.front = front;
    }

    Figure over(String cost, String unit) {
        List<Candidate> steps = ParetoFront.of(visited, cost).candidates().stream()
                .sorted(Comparator.comparingDouble(candidate -> candidate.costs().get(cost))).toList();
        double[] costs = visited.stream().mapToDouble(candidate -> candidate.costs().get(cost)).sorted().toArray();
        double[] scores = visited.stream().mapToDouble(candidate -> 100 * candidate.evaluation().score()).sorted().toArray();
        Panel panel = new Panel(Axis.around(costs[0], costs[costs.length - 1], 64, WIDTH - 28).in(unit),
                Axis.linear(scores[0], scores[scores.length - 1], HEIGHT - 52, 34).upTo(100));
        Markup svg = new Markup();
        panel.draw(svg, cost.equalsIgnoreCase(unit) ? unit : cost + ", " + unit, tick -> Quantity.text(tick, unit), "validation " + metric + ", %",
                Quantity::digits);
        limits(svg, panel, cost);
        staircase(svg, panel, steps, cost);
        points(svg, panel, new HashSet<>(steps), cost, unit);
        chosen(svg, panel, cost);
        return new Figure("front-" + cost, "Validation " + metric + " over " + cost + " of the submodels that the search visited", WIDTH, HEIGHT,
                svg.toString());
    }

    private void limits(Markup svg, Panel panel, String cost) {
        for (Goal goal : goals) {
            Double limit = goal.constraints().get(cost);
            if (limit != null && limit > 0 && panel.x().holds(limit)) {
                svg.leaf("line", "class", "limit " + goal.style(), "x1", panel.x().at(limit), "x2", panel.x().at(limit), "y1", panel.y().from(),
                        "y2", panel.y().to());
            }
            Double floor = goal.constraints().get(metric);
            if (floor != null && panel.y().holds(100 * floor)) {
                svg.leaf("line", "class", "limit " + goal.style(), "x1", panel.x().from(), "x2", panel.x().to(), "y1", panel.y().at(100 * floor),
                        "y2", panel.y().at(100 * floor));
            }
        }
    }

    /** The best score that each cost buys: flat up to the next point of the front. */
    private static void staircase(Markup svg, Panel panel, List<Candidate> steps, String cost) {
        StringBuilder line = new StringBuilder();
        for (Candidate candidate : steps) {
            String x = Markup.number(panel.x().at(candidate.costs().get(cost)));
            String y = Markup.number(panel.y().at(100 * candidate.evaluation().score()));
            line.append(line.isEmpty() ? "M" + x + " " + y : "H" + x + "V" + y);
        }
        String start = Markup.number(panel.x().at(steps.get(0).costs().get(cost)));
        String end = Markup.number(panel.x().to());
        String bottom = Markup.number(panel.y().from());
        svg.leaf("path", "class", "under-front", "d", line + "H" + end + "V" + bottom + "H" + start + "Z");
        svg.leaf("path", "class", "front-line", "d", line + "H" + end);
    }

    private void points(Markup svg, Panel panel, Set<Candidate> steps, String cost, String unit) {
        for (String style : List.of("point", "point trade", "point front")) {
            for (int i = 0; i < visited.size(); i++) {
                Candidate candidate = visited.get(i);
                if (style.equals(steps.contains(candidate) ? "point front" : front.contains(candidate) ? "point trade" : "point")) {
                    svg.open("circle", "class", style, "data-i", i, "r", style.equals("point") ? 3.5 : 4.5,
                            "cx", panel.x().at(candidate.costs().get(cost)), "cy", panel.y().at(100 * candidate.evaluation().score()));
                    svg.text("title", details(candidate, cost, unit)).close();
                }
            }
        }
    }

    private static String details(Candidate candidate, String cost, String unit) {
        return String.format(Locale.ROOT, "%.2f %%, %s %s: %s", 100 * candidate.evaluation().score(), cost,
                Quantity.text(candidate.costs().get(cost), unit), candidate.spec());
    }

    private void chosen(Markup svg, Panel panel, String cost) {
        Labels labels = new Labels(panel.y().to());
        for (Goal goal : goals) {
            double x = panel.x().at(goal.chosen().costs().get(cost));
            double y = panel.y().at(100 * goal.chosen().evaluation().score());
            svg.leaf("path", "class", "chosen " + goal.style(), "d", goal.marker(x, y));
            svg.text("text", goal.name(), "class", "label", "x", x, "y", labels.place(goal.name(), x, y), "text-anchor", "middle");
        }
    }
}
