package io.fullynested.report;

import java.util.Arrays;
import java.util.List;

/** How many images of each class, row by row, a submodel takes for which, column by column; as strong as the share of the row. */
final class ConfusionFigure {

    private static final double WIDTH = 1040;
    private static final double ROW = 24;
    private static final double TOP = 34;
    private static final double BELOW = 96;
    private static final double LETTER = 7;
    /** Room for what rows are. */
    private static final double CORNER = 64;
    /** Of the name of a class. */
    private static final int LETTERS = 22;

    private ConfusionFigure() {
    }

    /** @param counts {@code [class][answer]} */
    static Figure draw(String submodel, List<String> classes, long[][] counts) {
        Markup svg = new Markup();
        double left = Math.max(CORNER, 24 + LETTER * classes.stream().mapToInt(name -> Math.min(LETTERS, name.length())).max().orElse(0));
        double step = Math.max(26, Math.min(64, (WIDTH - left - 24) / classes.size()));
        svg.text("text", "class", "class", "name", "x", left - 10, "y", TOP - 12, "text-anchor", "end");
        svg.text("text", "taken for", "class", "name", "x", left, "y", TOP - 12);
        for (int row = 0; row < classes.size(); row++) {
            double y = TOP + ROW * row;
            long all = Arrays.stream(counts[row]).sum();
            svg.text("text", cut(classes.get(row)), "class", "row", "x", left - 10, "y", y + 16, "text-anchor", "end");
            for (int column = 0; column < classes.size(); column++) {
                cell(svg, classes.get(row), classes.get(column), counts[row][column], all, left + step * column, y, step);
            }
        }
        double bottom = TOP + ROW * classes.size();
        for (int column = 0; column < classes.size(); column++) {
            svg.open("text", "class", "tick", "text-anchor", "end", "transform", "translate(" + Markup.number(left + step * (column + 0.5) + 4) + " "
                    + Markup.number(bottom + 14) + ") rotate(-40)").content(cut(classes.get(column))).close();
        }
        return new Figure("confusion-" + submodel.replace(' ', '-'), "What " + submodel + " takes the images of each class for", left + step * classes.size() + 24,
                bottom + BELOW, svg.toString());
    }

    private static void cell(Markup svg, String label, String answer, long count, long all, double x, double y, double step) {
        if (count == 0) {
            svg.leaf("rect", "class", "nothing", "x", x + 1, "y", y + 1, "width", step - 2, "height", ROW - 2, "rx", 2);
            return;
        }
        double share = (double) count / all;
        svg.open("g", "class", "cell share" + (share == 1 ? " much" : "") + (label.equals(answer) ? "" : " wrong"));
        svg.leaf("rect", "x", x + 1, "y", y + 1, "width", step - 2, "height", ROW - 2, "rx", 2, "fill-opacity", HeatMapFigure.strength(share));
        svg.text("text", String.valueOf(count), "x", x + step / 2, "y", y + 16, "text-anchor", "middle");
        svg.text("title", count + " of " + all + " images of " + label + (label.equals(answer) ? " are told rightly" : " are taken for " + answer)).close();
    }

    private static String cut(String name) {
        return name.length() <= LETTERS ? name : name.substring(0, LETTERS - 1) + "…";
    }
}
