package io.fullynested.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A learning-rate range test (Smith, Cyclical learning rates for training neural networks, WACV 2017, section 3.3): a short training whose learning rate
 * rises from step to step by the same factor, until the loss has risen. The weights that come of it are of no use.
 *
 * @param points what each step gave
 */
public record RangeTest(List<Point> points) {

    /** Below and above the learning rate of the options. */
    private static final double RANGE = 300;
    private static final int STEPS = 120;
    /** The weight of the past in the mean of losses: of steps with images and submodels of their own, one tells little. */
    private static final double SMOOTHING = 0.9;
    /** The test ends when the mean is so much above the least one, or above that of the first steps. */
    private static final double RISEN = 1.5;
    /** The fall of the loss is taken over so many steps before and after one, in which the learning rate rises by 3 to 4 times. */
    private static final int WINDOW = 6;

    /**
     * A step.
     *
     * @param learningRate that it was taken with
     * @param loss         mean of its submodels and those before, later ones counting more
     */
    public record Point(double learningRate, double loss) {
    }

    /**
     * Takes up to 120 steps of a training; it is of no use after that but to be closed.
     *
     * @param middle of the learning rates that are tried, 300 times less to 300 times more
     */
    public static RangeTest of(TrainingSession session, double middle) {
        session.openAll();
        int steps = (int) Math.min(STEPS, session.steps());
        List<Point> points = new ArrayList<>();
        double mean = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int step = 0; step < steps; step++) {
            double rate = middle / RANGE * Math.pow(RANGE * RANGE, steps == 1 ? 0 : (double) step / (steps - 1));
            try {
                session.gradients(step, session.draw(step));
                mean = SMOOTHING * mean + (1 - SMOOTHING) * session.reduce().loss();
                double now = mean / (1 - Math.pow(SMOOTHING, step + 1));
                points.add(new Point(rate, now));
                least = Math.min(least, now);
                if (now > RISEN * least && step > steps / 10) {
                    break;
                }
                session.update(rate);
            } catch (IllegalStateException e) {
                // the loss or the gradient is no number any more
                break;
            }
        }
        return new RangeTest(List.copyOf(points));
    }

    /** The step with the least loss. */
    public Point least() {
        return points.stream().min((one, other) -> Double.compare(one.loss(), other.loss())).orElseThrow(() -> new IllegalStateException("The loss was no number in the "
                + "first step. Maybe other images?"));
    }

    /**
     * What to take as the greatest learning rate of a training: that at which the loss falls fastest. Where it is least is too much for a whole training, by
     * ten times and more with AdamW.
     *
     * @return empty if the loss did not fall by a fiftieth
     */
    public Optional<Double> suggestion() {
        if (least().loss() > points.get(0).loss() * 0.98) {
            return Optional.empty();
        }
        int steepest = 0;
        double most = Double.NEGATIVE_INFINITY;
        for (int i = WINDOW; i + WINDOW < points.size(); i++) {
            double fall = points.get(i - WINDOW).loss() - points.get(i + WINDOW).loss();
            if (fall > most) {
                most = fall;
                steepest = i;
            }
        }
        return Optional.of(points.get(steepest).learningRate()).filter(rate -> points.size() > 2 * WINDOW);
    }
}
