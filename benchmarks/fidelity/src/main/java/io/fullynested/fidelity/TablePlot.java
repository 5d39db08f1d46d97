package io.fullynested.fidelity;

import io.fullynested.core.io.AtomicFile;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.Styler.LegendPosition;

/** Draws a table: test accuracy of each recipe over what its level saves, as SVG. */
final class TablePlot {

    private TablePlot() {
    }

    /** Writes a picture, in the place of a file of that name if there is one. */
    static void write(Table table, TableReport report, Path file) throws IOException {
        XYChart chart = new XYChartBuilder().width(760).height(440).xAxisTitle(axis(table)).yAxisTitle("test accuracy, %").build();
        chart.getStyler().setLegendPosition(LegendPosition.InsideSE).setChartBackgroundColor(Color.WHITE);
        int most = report.selections().stream().mapToInt(row -> terms(row.selection())).max().orElse(0);
        double least = Math.floor(report.recipes().stream().filter(recipe -> !recipe.equals(Twins.TRUNCATED)).flatMap(recipe -> report.selections().stream()
                .flatMap(row -> report.accuracy(recipe, row.selection()).stream())).mapToDouble(Spread::mean).min().orElse(0)) - 0.5;
        chart.getStyler().setYAxisMin(least);
        for (String recipe : report.recipes()) {
            // what was cut down without nesting falls so low that it would hide all other differences
            List<Row> selections = report.selections().stream()
                    .filter(row -> report.accuracy(recipe, row.selection()).filter(found -> found.mean() > least).isPresent())
                    .sorted(Comparator.comparingDouble(row -> x(table, row, most))).toList();
            if (!selections.isEmpty()) {
                List<Spread> found = selections.stream().map(row -> report.accuracy(recipe, row.selection()).orElseThrow()).toList();
                double[] spread = found.stream().mapToDouble(Spread::deviation).toArray();
                XYSeries series = chart.addSeries(recipe, selections.stream().mapToDouble(row -> x(table, row, most)).toArray(),
                        found.stream().mapToDouble(Spread::mean).toArray(), Arrays.stream(spread).sum() == 0 ? null : spread);
                // what differs in more than one way is no curve
                series.setXYSeriesRenderStyle(table == Table.JOINT || table == Table.BITS_AND_ACTIVATIONS ? XYSeriesRenderStyle.Scatter
                        : XYSeriesRenderStyle.Line);
            }
        }
        AtomicFile.write(file, out -> VectorGraphicsEncoder.saveVectorGraphic(chart, out, VectorGraphicsEncoder.VectorGraphicsFormat.SVG));
    }

    private static String axis(Table table) {
        return switch (table) {
            case BITS -> "bits of the weights";
            case BITS_AND_ACTIVATIONS -> "million BOPs";
            case PATHS -> "removed paths";
            case CHANNELS, NEURONS, LAYERS, JOINT, ABLATION -> "thousand MACs";
            case LEVELS -> "open levels";
        };
    }

    private static double x(Table table, Row row, int most) {
        return switch (table) {
            case BITS -> row.weightBits();
            case BITS_AND_ACTIVATIONS -> row.bops() / 1e6;
            case PATHS -> most - terms(row.selection());
            case CHANNELS, NEURONS, LAYERS, JOINT, ABLATION -> row.macs() / 1e3;
            case LEVELS -> row.level().split("\\+").length;
        };
    }

    /** How many terms a selection keeps of all its axes together. */
    private static int terms(String selection) {
        return selection.isEmpty() ? 0 : Arrays.stream(selection.split(",")).mapToInt(part -> Integer.parseInt(part.split("=")[1])).sum();
    }
}
