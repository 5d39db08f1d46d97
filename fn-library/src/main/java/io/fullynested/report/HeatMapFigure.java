package io.fullynested.report;

import io.fullynested.api.graph.Weight;
import java.util.List;
import java.util.Optional;

/** Bits of weights, bits of signals and channels kept of each layer of some submodels: one row for each, one column for each layer. */
final class HeatMapFigure {

    private static final double ROW = 24;
    private static final double GAP = 30;
    private static final double TOP = 56;

    private final Columns columns;
    private final List<Drawn> submodels;
    private final Markup svg = new Markup();

    HeatMapFigure(Columns columns, List<Drawn> submodels) {
        this.columns = columns;
        this.submodels = submodels;
    }

    /** What stands in a cell, its class, and how strong its colour is. */
    private record Cell(String text, String style, double strength) {

        static Cell bits(int bits) {
            return new Cell(bits == Weight.FLOAT ? "f" : String.valueOf(bits), bits == Weight.FLOAT ? "b32" : "b" + bits, 1);
        }
    }

    Figure draw() {
        double block = ROW * submodels.size() + GAP;
        double height = TOP + 3 * block + Columns.LABELS - 8;
        columns.bands(svg, 8, height - Columns.LABELS);
        rows("bits of weights", TOP + 10, (full, kept) -> kept.weightBits() == 0 ? Optional.empty() : Optional.of(Cell.bits(kept.weightBits())));
        rows("bits of signals", TOP + 10 + block, (full, kept) -> Optional.of(Cell.bits(kept.signalBits())));
        rows("channels kept", TOP + 10 + 2 * block, (full, kept) -> {
            double share = (double) kept.shape().channels() / full.shape().channels();
            return Optional.of(new Cell(String.valueOf(kept.shape().channels()), share == 1 ? "share much" : "share", strength(share)));
        });
        columns.labels(svg, height - Columns.LABELS);
        return new Figure("layers", "Bits and channels of each layer of the submodels", columns.width(), height, svg.toString());
    }

    /** How strong the colour of a share is: numbers stand out against what is kept in part, and against what is kept as a whole. */
    static double strength(double share) {
        return share == 1 ? 1 : 0.12 + 0.38 * share;
    }

    private interface Content {
        Optional<Cell> of(Layer full, Layer kept);
    }

    private void rows(String name, double top, Content content) {
        svg.text("text", name, "class", "name", "x", 12, "y", top - 2);
        double y = top + 6;
        for (Drawn submodel : submodels) {
            svg.text("text", submodel.name(), "class", "row", "x", Columns.LEFT - 8, "y", y + ROW / 2 + 4, "text-anchor", "end");
            for (int i = 0; i < columns.layers().size(); i++) {
                Layer full = columns.layers().get(i);
                Layer kept = submodel.left(full);
                Optional<Cell> cell = kept == null ? Optional.of(new Cell("", "gone", 1)) : content.of(full, kept);
                if (cell.isPresent()) {
                    String told = kept == null ? "left out" : name + " " + cell.get().text();
                    draw(cell.get(), i, y, submodel.name() + ", " + full.name() + ": " + told);
                }
            }
            y += ROW;
        }
    }

    private void draw(Cell cell, int position, double y, String title) {
        double left = columns.x(position) - columns.step() / 2;
        svg.open("g", "class", "cell " + cell.style());
        svg.leaf("rect", "x", left + 1, "y", y + 1, "width", columns.step() - 2, "height", ROW - 2, "rx", 2, "fill-opacity", cell.strength());
        svg.text("text", cell.text(), "x", columns.x(position), "y", y + ROW / 2 + 4, "text-anchor", "middle");
        svg.text("title", title).close();
    }
}
