package io.fullynested.report;

import java.util.function.DoubleFunction;

/** The frame of a chart: its axes, the lines of their marks, and what they are called. */
record Panel(Axis x, Axis y) {

    /** Draws marks and names. */
    void draw(Markup svg, String xName, DoubleFunction<String> xText, String yName, DoubleFunction<String> yText) {
        svg.open("g", "class", "axes");
        for (double tick : y.ticks(5)) {
            svg.leaf("line", "class", "grid", "x1", x.from(), "x2", x.to(), "y1", y.at(tick), "y2", y.at(tick));
            svg.text("text", yText.apply(tick), "class", "tick", "x", x.from() - 8, "y", y.at(tick) + 4, "text-anchor", "end");
        }
        for (double tick : x.ticks(7)) {
            svg.leaf("line", "class", "mark", "x1", x.at(tick), "x2", x.at(tick), "y1", y.from(), "y2", y.from() + 5);
            svg.text("text", xText.apply(tick), "class", "tick", "x", x.at(tick), "y", y.from() + 19, "text-anchor", "middle");
        }
        svg.leaf("line", "class", "base", "x1", x.from(), "x2", x.to(), "y1", y.from(), "y2", y.from());
        svg.text("text", xName, "class", "name", "x", x.to(), "y", y.from() + 38, "text-anchor", "end");
        svg.text("text", yName, "class", "name", "x", x.from() - 44, "y", y.to() - 14);
        svg.close();
    }
}
