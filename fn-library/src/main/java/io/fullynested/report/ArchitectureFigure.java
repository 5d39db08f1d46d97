package io.fullynested.report;

import io.fullynested.api.graph.Weight;
import java.util.List;
import java.util.Set;
import java.util.stream.DoubleStream;

/**
 * A submodel within its supernet: a tower for each layer, as high as the full one has channels (by square root), filled as far as they
 * are kept, in the colour of the bits of its weights; below it the layer's share of one cost. Signals that skip layers are arcs. What
 * the script of the report moves has its layer's number as {@code data-l}, and its edge's as {@code data-e}.
 */
final class ArchitectureFigure {

    static final double BASE = 268;
    static final double TOWER = 130;
    static final double COSTS = 84;
    static final double LINE = 26;
    private static final double HEIGHT = BASE + LINE + COSTS + 8 + Columns.LABELS;
    /** More groups than this are not told apart in a tower. */
    private static final int STRIPES = 16;

    private final Columns columns;
    private final List<Layers.Edge> edges;
    private final int mostChannels;

    /** @param edges all that any drawn submodel has */
    ArchitectureFigure(Columns columns, Set<Layers.Edge> edges) {
        this.columns = columns;
        this.edges = List.copyOf(edges);
        this.mostChannels = columns.layers().stream().mapToInt(layer -> layer.shape().channels()).max().orElse(1);
    }

    List<Layers.Edge> edges() {
        return edges;
    }

    /** The height of a full tower. */
    double height(Layer full) {
        return Math.max(4, TOWER * Math.sqrt((double) full.shape().channels() / mostChannels));
    }

    Figure draw(String name, String title, Layers submodel, String cost) {
        Markup svg = new Markup();
        columns.bands(svg, 8, HEIGHT - Columns.LABELS);
        svg.leaf("line", "class", "base", "x1", Columns.LEFT, "x2", columns.right(), "y1", BASE + LINE - 4, "y2", BASE + LINE - 4);
        svg.text("text", "channels kept", "class", "side", "x", 12, "y", BASE - 4);
        svg.text("text", "share of", "class", "side", "x", 12, "y", BASE + LINE + 16);
        svg.text("text", cost, "class", "side cost-name", "x", 12, "y", BASE + LINE + 30);
        Set<Layers.Edge> on = submodel.edges();
        for (int i = 0; i < edges.size(); i++) {
            svg.leaf("path", "class", on.contains(edges.get(i)) ? "edge" : "edge off", "data-e", i, "d", path(edges.get(i)));
        }
        double most = columns.layers().stream().flatMapToDouble(layer -> DoubleStream.of(layer.costs().getOrDefault(cost, 0.0))).max().orElse(0);
        for (int i = 0; i < columns.layers().size(); i++) {
            Layer kept = submodel.all().get(columns.layers().get(i).name());
            tower(svg, i, kept);
            bar(svg, i, kept, cost, most);
        }
        columns.labels(svg, HEIGHT - Columns.LABELS);
        return new Figure(name, title, columns.width(), HEIGHT, svg.toString());
    }

    private double wide() {
        return Math.min(30, columns.step() * 0.62);
    }

    private void tower(Markup svg, int position, Layer kept) {
        Layer full = columns.layers().get(position);
        double left = columns.x(position) - wide() / 2;
        double height = height(full);
        double filled = kept == null ? 0 : height * kept.shape().channels() / full.shape().channels();
        svg.open("g", "class", kept == null ? "layer gone" : "layer", "data-l", position);
        svg.leaf("rect", "class", "ghost", "x", left, "y", BASE - height, "width", wide(), "height", height, "rx", 2);
        svg.leaf("rect", "class", "keep " + bits(kept), "x", left, "y", BASE - filled, "width", wide(), "height", filled, "rx", 2);
        for (int group = 1; full.groups() <= STRIPES && group < full.groups(); group++) {
            double y = BASE - height * group / full.groups();
            svg.leaf("line", "class", "stripe", "x1", left, "x2", left + wide(), "y1", y, "y2", y);
        }
        svg.text("text", kept == null ? "" : String.valueOf(kept.shape().channels()), "class", "count", "x", columns.x(position), "y", BASE + 13,
                "text-anchor", "middle");
        svg.text("title", full.name() + ": " + full.what()).close();
    }

    private void bar(Markup svg, int position, Layer kept, String cost, double most) {
        Layer full = columns.layers().get(position);
        double left = columns.x(position) - wide() / 2;
        double whole = length(full, cost, most);
        svg.leaf("rect", "class", "ghost-cost", "data-l", position, "x", left, "y", BASE + LINE, "width", wide(), "height", whole);
        svg.leaf("rect", "class", "cost", "data-l", position, "x", left, "y", BASE + LINE, "width", wide(), "height",
                kept == null ? 0.0 : length(kept, cost, most));
    }

    private static double length(Layer layer, String cost, double most) {
        return most == 0 ? 0 : COSTS * layer.costs().getOrDefault(cost, 0.0) / most;
    }

    /** The class of the colour of a layer. */
    static String bits(Layer layer) {
        return layer == null ? "b0" : layer.weightBits() == Weight.FLOAT ? "b32" : "b" + layer.weightBits();
    }

    /** Along the ground to the next tower, or in an arc over those between. */
    private String path(Layers.Edge edge) {
        int from = columns.position(edge.from());
        int to = columns.position(edge.to());
        double y = BASE - 3;
        if (to == from + 1) {
            return "M" + Markup.number(columns.x(from) + wide() / 2) + " " + Markup.number(y) + "H" + Markup.number(columns.x(to) - wide() / 2);
        }
        double start = BASE - height(columns.layers().get(from)) - 3;
        double end = BASE - height(columns.layers().get(to)) - 3;
        double roof = Math.min(start, end);
        for (int i = from + 1; i < to; i++) {
            roof = Math.min(roof, BASE - height(columns.layers().get(i)));
        }
        // a cubic curve reaches three quarters of the way to its control points
        double control = Math.max(30, roof - 26 - 7.0 * (to - from));
        return "M" + Markup.number(columns.x(from)) + " " + Markup.number(start) + "C" + Markup.number(columns.x(from)) + " "
                + Markup.number(control) + " " + Markup.number(columns.x(to)) + " " + Markup.number(control) + " " + Markup.number(columns.x(to))
                + " " + Markup.number(end);
    }
}
