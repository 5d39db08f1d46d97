package io.fullynested.report;

import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.NestingLevel;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** What is removed first: one row for each axis that a way shortens, by level, one column for each step, as strong as the share kept. */
final class WayFigure {

    /** Room for the names of levels, then for those of axes, by their letters. */
    private static final double LEVELS = 92;
    private static final double LETTER = 7;
    private static final double ROW = 20;
    private static final double TOP = 44;
    private static final double TOTAL = 1040;

    private WayFigure() {
    }

    static Figure draw(Way way, List<NestedAxis> axes, String metric) {
        Way.Step end = way.steps().get(way.steps().size() - 1);
        List<NestedAxis> shortened = axes.stream().filter(axis -> end.spec().keep(axis.id()) < axis.size())
                .sorted(Comparator.comparing(NestedAxis::level)).toList();
        double left = LEVELS + LETTER * shortened.stream().mapToInt(axis -> axis.id().length()).max().orElse(0);
        double step = Math.max(22, Math.min(64, (TOTAL - left - 12) / way.steps().size()));
        Markup svg = new Markup();
        svg.text("text", metric + ", %", "class", "row", "x", left - 10, "y", TOP - 12, "text-anchor", "end");
        for (int i = 0; i < way.steps().size(); i++) {
            OptionalDouble score = way.steps().get(i).score();
            svg.text("text", score.isEmpty() ? "·" : String.format(Locale.ROOT, step < 30 ? "%.0f" : "%.1f", 100 * score.getAsDouble()),
                    "class", "count", "x", left + (i + 0.5) * step, "y", TOP - 12, "text-anchor", "middle");
        }
        double y = TOP;
        NestingLevel level = null;
        for (NestedAxis axis : shortened) {
            if (axis.level() != level) {
                y += level == null ? 0 : 8;
                level = axis.level();
                svg.text("text", level.name().toLowerCase(Locale.ROOT), "class", "block", "x", 12, "y", y + 14);
            }
            svg.text("text", axis.id(), "class", "row", "x", left - 10, "y", y + 14, "text-anchor", "end");
            row(svg, way, axis, left, y, step);
            y += ROW;
        }
        svg.leaf("rect", "class", "cursor", "x", left, "y", TOP - 30, "width", step, "height", y - TOP + 34, "rx", 3,
                "data-left", left, "data-step", step);
        return new Figure("way-" + way.name(), "What is removed on the way to " + way.name(), left + step * way.steps().size() + 12, y + 12,
                svg.toString());
    }

    private static void row(Markup svg, Way way, NestedAxis axis, double left, double y, double step) {
        for (int i = 0; i < way.steps().size(); i++) {
            int keep = way.steps().get(i).spec().keep(axis.id());
            double share = (double) keep / axis.size();
            boolean changed = i > 0 && keep < way.steps().get(i - 1).spec().keep(axis.id());
            svg.open("g", "class", "cell share" + (share == 1 ? " much" : ""), "data-s", i);
            svg.leaf("rect", "x", left + i * step + 1, "y", y + 1, "width", step - 2, "height", ROW - 2, "rx", 2,
                    "fill-opacity", HeatMapFigure.strength(share));
            svg.text("text", changed || i == 0 ? String.valueOf(keep) : "", "x", left + (i + 0.5) * step, "y", y + 14, "text-anchor", "middle");
            svg.text("title", "step " + i + ": " + axis.id() + " keeps " + keep + " of " + axis.size()).close();
        }
    }
}
