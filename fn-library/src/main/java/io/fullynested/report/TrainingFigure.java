package io.fullynested.report;

import io.fullynested.TrainingCurve;
import io.fullynested.training.TrainingListener;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** Loss, score and learning rate over the epochs, of the submodels that training drew, and on validation images. */
final class TrainingFigure {

    private static final double WIDTH = 1040;
    private static final double HEIGHT = 250;
    private static final double PANEL = WIDTH / 3;

    private TrainingFigure() {
    }

    /** A curve: what it is of, how it is drawn, and its values by epoch. */
    private record Line(String of, String style, SortedMap<Integer, Double> values) {

        static Line epochs(TrainingCurve curve, ToDoubleFunction<TrainingListener.Progress> value) {
            SortedMap<Integer, Double> values = new TreeMap<>();
            curve.epochs().forEach(epoch -> values.put(epoch.epoch(), value.applyAsDouble(epoch)));
            return new Line("", "", values);
        }

        static Line validated(TrainingCurve curve, String of, String style, ToDoubleFunction<TrainingListener.Validated> value) {
            SortedMap<Integer, Double> values = new TreeMap<>();
            curve.validated().forEach(at -> values.put(at.epoch(), value.applyAsDouble(at)));
            return new Line(of, style, values);
        }
    }

    static Figure draw(TrainingCurve curve, String metric) {
        Markup svg = new Markup();
        panel(svg, 0, metric.equals("accuracy") ? "loss, nats" : "loss", List.of(Line.epochs(curve, TrainingListener.Progress::loss),
                Line.validated(curve, "validation ", " validation", at -> at.full().loss()),
                Line.validated(curve, "smallest, validation ", " validation smallest", at -> at.smallest().loss())));
        panel(svg, 1, metric + ", %", List.of(Line.epochs(curve, epoch -> 100 * epoch.score()),
                Line.validated(curve, "validation ", " validation", at -> 100 * at.full().score()),
                Line.validated(curve, "smallest, validation ", " validation smallest", at -> 100 * at.smallest().score())));
        panel(svg, 2, "learning rate", List.of(Line.epochs(curve, TrainingListener.Progress::learningRate)));
        return new Figure("training", "Loss, " + metric + " and learning rate over the epochs of the training", WIDTH, HEIGHT, svg.toString());
    }

    private static void panel(Markup svg, int number, String name, List<Line> lines) {
        double[] values = lines.stream().flatMap(line -> line.values().values().stream()).mapToDouble(value -> value).filter(Double::isFinite).toArray();
        SortedMap<Integer, Double> epochs = lines.get(0).values();
        Panel panel = new Panel(Axis.linear(epochs.firstKey(), epochs.lastKey(), number * PANEL + 56, (number + 1) * PANEL - 16),
                Axis.linear(Arrays.stream(values).min().orElse(0), Arrays.stream(values).max().orElse(0), HEIGHT - 48, 34)
                        .upTo(name.endsWith("%") ? 100 : Double.POSITIVE_INFINITY));
        panel.draw(svg, "epoch", epoch -> epoch == Math.rint(epoch) ? Quantity.digits(epoch) : "", name, Quantity::digits);
        lines.forEach(line -> draw(svg, panel, name, line));
    }

    private static void draw(Markup svg, Panel panel, String name, Line line) {
        StringBuilder path = new StringBuilder();
        line.values().forEach((epoch, value) -> {
            if (Double.isFinite(value)) {
                path.append(path.isEmpty() ? "M" : "L").append(Markup.number(panel.x().at(epoch))).append(' ').append(Markup.number(panel.y().at(value)));
            }
        });
        if (path.isEmpty()) {
            return;
        }
        svg.leaf("path", "class", "curve" + line.style(), "d", path);
        line.values().forEach((epoch, value) -> {
            if (Double.isFinite(value)) {
                svg.open("circle", "class", "curve-point" + line.style(), "r", 2.5, "cx", panel.x().at(epoch), "cy", panel.y().at(value));
                svg.text("title", "epoch " + epoch + ": " + line.of() + name + " " + Quantity.digits(value)).close();
            }
        });
    }
}
