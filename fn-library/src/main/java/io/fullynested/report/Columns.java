package io.fullynested.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** One column for each layer of a network, so that all drawings by layer line up; blocks are bands across, with their names above. */
final class Columns {

    static final double LEFT = 118;
    private static final double TOTAL = 1040;
    private static final double NARROWEST = 30;
    private static final double WIDEST = 64;
    /** Of a letter, in the size of the labels. */
    private static final double LETTER = 7;
    /** Room on the right for a name that is wider than its column. */
    private static final double RIGHT = 24;
    /** Room below for the names of layers. */
    static final double LABELS = 88;

    private final List<Layer> layers;
    private final Map<String, Integer> positions = new LinkedHashMap<>();
    private final double step;

    Columns(Layers full) {
        this.layers = List.copyOf(full.all().values());
        layers.forEach(layer -> positions.put(layer.name(), positions.size()));
        this.step = Math.max(NARROWEST, Math.min(WIDEST, (TOTAL - LEFT - RIGHT) / layers.size()));
    }

    List<Layer> layers() {
        return layers;
    }

    double step() {
        return step;
    }

    double width() {
        return right() + RIGHT;
    }

    /** The right edge of the last column. */
    double right() {
        return LEFT + step * layers.size();
    }

    int position(String layer) {
        return positions.get(layer);
    }

    /** The middle of a column. */
    double x(int position) {
        return LEFT + (position + 0.5) * step;
    }

    /** Bands for the blocks from {@code top} to {@code bottom}, their names at the top and those of their units below. */
    void bands(Markup svg, double top, double bottom) {
        List<int[]> blocks = runs(Layer::block);
        for (int i = 0; i < blocks.size(); i++) {
            int[] run = blocks.get(i);
            svg.leaf("rect", "class", i % 2 == 0 ? "band" : "band odd", "x", left(run[0]), "y", top, "width", step * (run[1] - run[0]),
                    "height", bottom - top);
        }
        for (int i = 0; i < blocks.size(); i++) {
            int[] run = blocks.get(i);
            // names of single columns that follow each other take turns, as there is room for two
            boolean lower = i % 2 == 1 && run[1] - run[0] == 1 && layers.get(run[0]).unit().isEmpty();
            name(svg, layers.get(run[0]).block(), run, lower ? top + 30 : top + 15, "block");
        }
        for (int[] run : runs(layer -> layer.block() + "/" + layer.unit())) {
            String unit = layers.get(run[0]).unit();
            if (!unit.isEmpty()) {
                name(svg, unit, run, top + 30, "unit");
                svg.leaf("path", "class", "bracket", "d", "M" + Markup.number(left(run[0]) + 4) + " " + Markup.number(top + 38) + "v-4H"
                        + Markup.number(left(run[1]) - 4) + "v4");
            }
        }
    }

    /** The names of the layers, turned, below {@code top}. */
    void labels(Markup svg, double top) {
        for (int i = 0; i < layers.size(); i++) {
            Layer layer = layers.get(i);
            svg.open("text", "class", "tick", "text-anchor", "end", "transform", "translate(" + Markup.number(x(i) + 4) + " "
                    + Markup.number(top + 8) + ") rotate(-52)").content(cut(layer.label(), 14)).text("title", layer.name()).close();
        }
    }

    private double left(int position) {
        return LEFT + position * step;
    }

    private void name(Markup svg, String name, int[] run, double y, String style) {
        int letters = (int) (Math.max(2, run[1] - run[0]) * step / LETTER);
        svg.text("text", cut(name, letters), "class", style, "x", (left(run[0]) + left(run[1])) / 2, "y", y, "text-anchor", "middle");
    }

    private static String cut(String name, int letters) {
        return name.length() <= letters ? name : name.substring(0, Math.max(1, letters - 1)) + "…";
    }

    private List<int[]> runs(Function<Layer, String> key) {
        List<int[]> runs = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            if (i > 0 && key.apply(layers.get(i)).equals(key.apply(layers.get(i - 1)))) {
                runs.get(runs.size() - 1)[1]++;
            } else {
                runs.add(new int[] {i, i + 1});
            }
        }
        return runs;
    }
}
