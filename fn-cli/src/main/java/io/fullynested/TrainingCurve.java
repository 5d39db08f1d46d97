package io.fullynested;

import io.fullynested.core.io.AtomicFile;
import io.fullynested.training.TrainingListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Remembers how training went, epoch by epoch. */
public final class TrainingCurve implements TrainingListener {

    private final List<Progress> epochs = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void epoch(Progress progress) {
        epochs.add(progress);
    }

    /** The last progress of each epoch so far. */
    public List<Progress> epochs() {
        synchronized (epochs) {
            return List.copyOf(epochs);
        }
    }

    /** Writes a table: epoch, step, loss in nats, accuracy 0..1 of the submodels drawn, learning rate, images per second. */
    public void writeCsv(Path file) throws IOException {
        StringBuilder text = new StringBuilder("epoch,step,loss,accuracy,learning_rate,images_per_second\n");
        for (Progress progress : epochs()) {
            text.append(String.format(Locale.ROOT, "%d,%d,%.6f,%.6f,%.6g,%.1f%n", progress.epoch(), progress.step(), progress.loss(), progress.accuracy(),
                    progress.learningRate(), progress.imagesPerSecond()));
        }
        AtomicFile.write(file, out -> out.write(text.toString().replace("\r", "").getBytes(StandardCharsets.UTF_8)));
    }

    /** Draws loss and accuracy over the epochs, as SVG. */
    public void plot(Path file) throws IOException {
        XYChart chart = new XYChartBuilder().width(760).height(440).xAxisTitle("epoch").yAxisTitle("loss, nats").build();
        add(chart, "loss", 0, Progress::loss);
        add(chart, "accuracy", 1, Progress::accuracy);
        chart.setYAxisGroupTitle(1, "accuracy");
        chart.getStyler().setYAxisMin(0, 0.0).setYAxisMin(1, 0.0).setYAxisMax(1, 1.0);
        AtomicFile.write(file, out -> VectorGraphicsEncoder.saveVectorGraphic(chart, out, VectorGraphicsEncoder.VectorGraphicsFormat.SVG));
    }

    private void add(XYChart chart, String name, int axis, ToDoubleFunction<Progress> value) {
        List<Progress> all = epochs();
        chart.addSeries(name, all.stream().mapToDouble(Progress::epoch).toArray(), all.stream().mapToDouble(value).toArray())
                .setMarker(SeriesMarkers.NONE).setYAxisGroup(axis);
    }
}
