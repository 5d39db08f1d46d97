package io.fullynested.training;

import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.task.Scorer;
import io.fullynested.core.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** What is trained, as one rank has it: all its {@link TrainingState}, and the two parts of a step on it. */
final class Replica implements AutoCloseable {

    private final TrainingState state;
    private final Masters masters;
    private final UpdateStep update;
    private final TrainingStep step;
    private final LearnedDraws draws;
    private final Opened opened;

    /**
     * Begins with some masters.
     *
     * @param initial the masters by name
     * @param scorer  what is to be learnt
     * @param units   what the last layer learns it in
     * @param teacher for distillation; empty if there is none to load
     * @param span    what the loss falls from and to; unknown if draws are open from the first step on
     * @param share   of the full network's multiply-accumulates that a draw has, once all are open; no number if nobody asks
     * @param device  where it is computed
     */
    Replica(Supernet supernet, TrainingOptions options, Scorer scorer, Units units, Map<String, Tensor> initial, Optional<Teacher> teacher,
            Loss.Span span, double share, TorchDevice device, int threads) {
        state = new TrainingState(device);
        int parallel = Math.max(1, Math.min(threads, options.submodelsPerStep()));
        LibTorch.load(threads / parallel);
        draws = new LearnedDraws(supernet, options, state);
        opened = new Opened(supernet, options.opening(), span, share, state);
        masters = new Masters(state, supernet.masters(), initial);
        update = new UpdateStep(supernet, options, state, masters);
        step = new TrainingStep(supernet, options, scorer, units, state, masters, teacher, update::weightsLearn,
                new Workers(parallel, threads / parallel));
    }

    /** What is learnt of draws. */
    LearnedDraws draws() {
        return draws;
    }

    /** How far draws have opened. */
    Opened opened() {
        return opened;
    }

    /** See {@link TrainingStep#losses}. */
    double[] losses() {
        return step.losses();
    }

    /** See {@link UpdateStep#scale}. */
    void scale(SubmodelSampler sampler) {
        update.scale(sampler);
    }

    /** See {@link UpdateStep#only}. */
    void only(SubmodelSpec moves, List<SubmodelSpec> stay, boolean weights) {
        update.only(moves, stay, weights);
    }

    /** See {@link UpdateStep#restart}. */
    void restart(UnaryOperator<Map<String, Tensor>> change) {
        update.restart(change);
    }

    /** See {@link TrainingStep#calibrate}. */
    void calibrate(Batch batch) {
        step.calibrate(batch);
    }

    /** See {@link TrainingStep#gradients}. */
    TrainingSession.Outcome gradients(long number, long steps, Batch batch, List<SubmodelSpec> submodels) {
        return step.gradients(number, steps, batch, submodels);
    }

    /** Makes what followed the images the same on all ranks, the gradient included; gives the means of some figures. */
    float[] agree(Ranks ranks, int images, float... figures) {
        return ranks.count() == 1 ? figures : state.agree(ranks, images, figures);
    }

    /** See {@link UpdateStep#update}. */
    void update(double learningRate, List<SubmodelSpec> submodels) {
        update.update(step.gradient(), learningRate, submodels);
    }

    /** A copy of the gradient. */
    float[] gradient() {
        return LibTorch.floats(step.gradient());
    }

    /** Puts another gradient in its place. */
    void gradient(float[] other) {
        if (other.length != step.gradient().numel()) {
            throw new IllegalArgumentException("The gradient has " + step.gradient().numel() + " numbers, not " + other.length);
        }
        LibTorch.put(step.gradient(), other);
    }

    /** A copy of the masters, or of their averages over time. */
    Map<String, Tensor> masters() {
        return update.masters();
    }

    /** A copy of all that the steps so far have changed. */
    Map<String, Tensor> state() {
        return state.kept();
    }

    /** See {@link TrainingState#restore}. */
    void restore(Map<String, Tensor> kept) {
        state.restore(kept);
    }

    @Override
    public void close() {
        step.close();
        update.close();
        masters.close();
        state.close();
    }
}
