package io.fullynested.report;

import io.fullynested.training.TrainingListener;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Loss, score and learning rate over the epochs, of the submodels that training drew. */
final class TrainingFigure {

    private static final double WIDTH = 1040;
    private static final double HEIGHT = 250;
    private static final double PANEL = WIDTH / 3;

    private TrainingFigure() {
    }

    static Figure draw(List<TrainingListener.Progress> epochs, String metric) {
        Markup svg = new Markup();
        panel(svg, 0, metric.equals("accuracy") ? "loss, nats" : "loss", epochs, TrainingListener.Progress::loss);
        panel(svg, 1, metric + ", %", epochs, epoch -> 100 * epoch.score());
        panel(svg, 2, "learning rate", epochs, TrainingListener.Progress::learningRate);
        return new Figure("training", "Loss, " + metric + " and learning rate over the epochs of the training", WIDTH, HEIGHT, svg.toString());
    }

    private static void panel(Markup svg, int number, String name, List<TrainingListener.Progress> epochs,
                              ToDoubleFunction<TrainingListener.Progress> value) {
        double[] values = epochs.stream().mapToDouble(value).toArray();
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        for (double one : values) {
            least = Math.min(least, one);
            most = Math.max(most, one);
        }
        Panel panel = new Panel(Axis.linear(epochs.get(0).epoch(), epochs.get(epochs.size() - 1).epoch(), number * PANEL + 56,
                (number + 1) * PANEL - 16), Axis.linear(least, most, HEIGHT - 48, 34));
        panel.draw(svg, "epoch", epoch -> epoch == Math.rint(epoch) ? Quantity.digits(epoch) : "", name, Quantity::digits);
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < values.length; i++) {
            line.append(i == 0 ? "M" : "L").append(Markup.number(panel.x().at(epochs.get(i).epoch()))).append(' ')
                    .append(Markup.number(panel.y().at(values[i])));
        }
        svg.leaf("path", "class", "curve", "d", line);
        for (int i = 0; i < values.length; i++) {
            svg.open("circle", "class", "curve-point", "r", 2.5, "cx", panel.x().at(epochs.get(i).epoch()), "cy", panel.y().at(values[i]));
            svg.text("title", "epoch " + epochs.get(i).epoch() + ": " + name + " " + Quantity.digits(values[i])).close();
        }
    }
}
