package io.fullynested.report;

import java.util.List;

/** The share of each layer in one cost: one row of bars for each of some submodels, the full one's behind them. */
final class CostFigure {

    private static final double ROW = 78;
    private static final double TOP = 56;

    private CostFigure() {
    }

    /** @param submodels the full one among them */
    static Figure draw(Columns columns, List<Drawn> submodels, String cost, String unit) {
        Markup svg = new Markup();
        double height = TOP + ROW * submodels.size() + 8 + Columns.LABELS;
        columns.bands(svg, 8, height - Columns.LABELS);
        double most = columns.layers().stream().mapToDouble(layer -> layer.costs().getOrDefault(cost, 0.0)).max().orElse(0);
        double base = TOP + ROW;
        for (Drawn submodel : submodels) {
            svg.text("text", submodel.name(), "class", "row", "x", Columns.LEFT - 8, "y", base - 18, "text-anchor", "end");
            svg.text("text", Quantity.text(submodel.candidate().costs().get(cost), unit), "class", "tick", "x", Columns.LEFT - 8, "y", base - 3,
                    "text-anchor", "end");
            svg.leaf("line", "class", "base", "x1", Columns.LEFT, "x2", columns.right(), "y1", base, "y2", base);
            for (int i = 0; i < columns.layers().size(); i++) {
                bar(svg, columns, i, submodel.left(columns.layers().get(i)), cost, unit, most, base);
            }
            base += ROW;
        }
        columns.labels(svg, height - Columns.LABELS);
        return new Figure("costs-" + cost, "Share of each layer in " + cost, columns.width(), height, svg.toString());
    }

    private static void bar(Markup svg, Columns columns, int position, Layer kept, String cost, String unit, double most, double base) {
        Layer full = columns.layers().get(position);
        double whole = full.costs().getOrDefault(cost, 0.0);
        double share = kept == null ? 0 : kept.costs().getOrDefault(cost, 0.0);
        if (whole > 0) {
            double wide = Math.min(34, columns.step() * 0.7);
            double left = columns.x(position) - wide / 2;
            double room = ROW - 18;
            svg.open("g", "class", "bar").text("title", full.name() + ": " + Quantity.text(share, unit) + " of " + Quantity.text(whole, unit));
            svg.leaf("rect", "class", "ghost-cost", "x", left, "y", base - room * whole / most, "width", wide, "height", room * whole / most);
            svg.leaf("rect", "class", "cost", "x", left, "y", base - room * share / most, "width", wide, "height", room * share / most).close();
        }
    }
}
