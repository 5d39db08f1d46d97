package io.fullynested.core.task;

import io.fullynested.api.task.Meter;
import io.fullynested.api.task.Objective;
import java.util.Optional;

/** How far outputs are from those of a teacher, which are the targets. */
final class ImitationObjective implements Objective {

    /** What lengths are at least, or the angle with nothing would have no derivative. */
    private static final double SHORTEST = 1e-6;

    private final Imitate.Loss loss;
    private final double unit;
    private final double[] mean;

    /**
     * An objective.
     *
     * @param unit deviation of an output of the teacher
     * @param mean of each output of the teacher
     */
    ImitationObjective(Imitate.Loss loss, double unit, double[] mean) {
        this.loss = loss;
        this.unit = unit;
        this.mean = mean;
    }

    @Override
    public double loss(float[] output, float[] target, float[] gradient) {
        return switch (loss) {
            case MSE -> squares(output, target, gradient);
            case KL -> divergence(output, target, gradient);
            case COSINE -> angle(output, target, gradient);
        };
    }

    private double squares(float[] output, float[] target, float[] gradient) {
        double sum = 0;
        for (int k = 0; k < output.length; k++) {
            double difference = ((double) output[k] - target[k]) / unit;
            sum += difference * difference;
            gradient[k] = (float) (2 * difference / unit / output.length);
        }
        return sum / output.length;
    }

    private static double divergence(float[] output, float[] target, float[] gradient) {
        double own = Softmax.logSum(output);
        double taught = Softmax.logSum(target);
        for (int k = 0; k < output.length; k++) {
            gradient[k] = (float) (Math.exp(output[k] - own) - Math.exp(target[k] - taught));
        }
        return Softmax.divergence(target, output);
    }

    private static double angle(float[] output, float[] target, float[] gradient) {
        double own = Math.max(SHORTEST, Math.sqrt(ImitationMeter.product(output, output)));
        double taught = Math.max(SHORTEST, Math.sqrt(ImitationMeter.product(target, target)));
        double cosine = ImitationMeter.product(output, target) / own / taught;
        for (int k = 0; k < output.length; k++) {
            gradient[k] = (float) ((cosine * output[k] / own - target[k] / taught) / own);
        }
        return 1 - cosine;
    }

    @Override
    public Meter meter() {
        return new ImitationMeter();
    }

    @Override
    public double divergence(float[] whole, float[] part) {
        return loss(part, whole, new float[whole.length]);
    }

    /** Where outputs are logits, the class that is most likely; else none, as all of the outputs count. */
    @Override
    public int[] decisions(float[] output) {
        return loss == Imitate.Loss.KL ? new int[] {Softmax.top(output)} : new int[0];
    }

    @Override
    public Optional<float[]> blind() {
        float[] answer = new float[mean.length];
        for (int k = 0; k < answer.length; k++) {
            answer[k] = (float) mean[k];
        }
        return Optional.of(answer);
    }
}
