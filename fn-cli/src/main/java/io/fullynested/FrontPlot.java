package io.fullynested;

import io.fullynested.api.search.Candidate;
import io.fullynested.api.search.SearchResult;
import io.fullynested.core.io.AtomicFile;
import io.fullynested.search.ParetoFront;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws what a search found: validation accuracy over one cost, as SVG. */
public final class FrontPlot {

    private FrontPlot() {
    }

    /**
     * Writes a picture, in the place of a file of that name if there is one.
     *
     * @param cost the cost model on the horizontal axis
     */
    public static void write(SearchResult found, String cost, Path file) throws IOException {
        XYChart chart = new XYChartBuilder().width(760).height(440).xAxisTitle(cost).yAxisTitle("validation accuracy, %").build();
        chart.getStyler().setLegendPosition(LegendPosition.InsideSE).setChartBackgroundColor(Color.WHITE);
        chart.getStyler().setXAxisDecimalPattern("#,###").setYAxisDecimalPattern("0.0").setXAxisMin(0.0).setMarkerSize(9);
        // budgets have no blanks in their names, so none is named like these two
        add(chart, "all visited", found.visited(), cost).setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter).setMarkerColor(Color.LIGHT_GRAY);
        List<Candidate> front = ParetoFront.of(found.visited(), cost).candidates().stream()
                .sorted(Comparator.comparingDouble(candidate -> candidate.costs().get(cost))).toList();
        add(chart, "Pareto front", front, cost).setMarker(SeriesMarkers.CIRCLE).setMarkerColor(Color.BLUE).setLineColor(Color.BLUE);
        found.chosen().entrySet().stream().sorted(Comparator.comparingDouble(entry -> -entry.getValue().costs().get(cost))).forEach(entry ->
                add(chart, entry.getKey(), List.of(entry.getValue()), cost).setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter)
                        .setMarker(SeriesMarkers.DIAMOND));
        AtomicFile.write(file, out -> VectorGraphicsEncoder.saveVectorGraphic(chart, out, VectorGraphicsEncoder.VectorGraphicsFormat.SVG));
    }

    private static org.knowm.xchart.XYSeries add(XYChart chart, String name, Collection<Candidate> candidates, String cost) {
        return chart.addSeries(name, candidates.stream().mapToDouble(candidate -> candidate.costs().get(cost)).toArray(),
                candidates.stream().mapToDouble(candidate -> 100 * candidate.evaluation().accuracy()).toArray());
    }
}
