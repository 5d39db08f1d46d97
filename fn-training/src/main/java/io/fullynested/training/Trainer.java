package io.fullynested.training;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.engine.ComputeDevice;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.task.Scorer;
import io.fullynested.core.tensor.Tensor;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/** Trains supernets by ordered dropout. */
public final class Trainer {

    private Trainer() {
    }

    /**
     * What a training begins with.
     *
     * @param masters the tensors to start from, by name; empty for random ones; clips may be missing, and others are ignored
     * @param teacher what {@link Distillation.From#TEACHER} needs: a trained network; its batch norms are recalibrated on the images
     * @param only    the one submodel that learns, in the place of those that are drawn
     */
    public record Start(Optional<Map<String, Tensor>> masters, Optional<Model> teacher, Optional<Only> only) {

        /** From scratch, with no teacher. */
        public static final Start SCRATCH = new Start(Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * One submodel that learns alone. Masters that it does not use stay as they are.
     *
     * @param weights whether its weights learn too, not only its batch norms and biases
     */
    public record Only(SubmodelSpec submodel, boolean weights) {
    }

    /** Trains a supernet for a classification from scratch; see the other method. */
    public static Map<String, Tensor> train(Supernet supernet, Dataset images, TrainingOptions options, long seed, int threads,
                                            TrainingListener listener) {
        return train(supernet, images, Scorer.classification(images), options, Start.SCRATCH, seed, threads, Optional.empty(), listener);
    }

    /** Trains a supernet without a look at validation images; see the other method. */
    public static Map<String, Tensor> train(Supernet supernet, Dataset images, Scorer scorer, TrainingOptions options, Start start, long seed,
                                            int threads, Optional<UnfinishedTraining> kept, TrainingListener listener) {
        return train(supernet, images, scorer, options, start, seed, threads, kept, Optional.empty(), listener);
    }

    /** Trains a supernet in this process alone, on the processor; see the other method. */
    public static Map<String, Tensor> train(Supernet supernet, Dataset images, Scorer scorer, TrainingOptions options, Start start, long seed,
                                            int threads, Optional<UnfinishedTraining> kept, Optional<Validator> validator, TrainingListener listener) {
        return train(supernet, images, scorer, options, start, seed, Ranks.ALONE, ComputeDevice.CPU, threads, kept, validator, listener);
    }

    /**
     * Trains a supernet. The same seed gives the same bytes on one machine, whatever the threads, unless there are more of them than
     * submodels in a step, and whatever is measured on the way.
     *
     * @param scorer    what is to be learnt of the images
     * @param seed      of the initial weights, the order of the images and the submodels drawn
     * @param ranks     who trains. All are given the same but for the threads; rank 0 alone keeps the training and measures on validation images, and
     *                  a training that it goes on with may have been kept by another number of ranks. Any listener may cancel, which ends all
     * @param device    where it is computed
     * @param threads   how many threads to use: each of a step's submodels gets one, what is left over the operators
     * @param kept      where to keep the training now and then, and when the listener cancels it; if it is there, it goes on.
     *                  Whoever has saved the masters deletes the file
     * @param validator measures on validation images, as often as the options say
     * @param listener  told after each step
     * @return the masters by name: the last, or the best if the options say so
     * @throws IllegalArgumentException if the images or the teacher do not fit the network, or the options the axes; or if options need a validator
     * @throws IllegalStateException    if the loss is no number any more, or LibTorch has no binary for this machine
     * @throws CancellationException    if the listener cancels
     * @throws UncheckedIOException     if the file of the training cannot be read or written
     */
    public static Map<String, Tensor> train(Supernet supernet, Dataset images, Scorer scorer, TrainingOptions options, Start start, long seed, Ranks ranks,
                                            ComputeDevice device, int threads, Optional<UnfinishedTraining> kept, Optional<Validator> validator, TrainingListener listener) {
        boolean first = ranks.rank() == 0;
        Optional<UnfinishedTraining> keeping = kept.filter(file -> first);
        Watch watch = first ? new Watch(options, validator) : Watch.elsewhere();
        try (TrainingSession session = new TrainingSession(supernet, images, scorer, options, start, seed, ranks, device, threads)) {
            RunningProgress progress = new RunningProgress(session, watch, listener);
            keeping.ifPresent(file -> file.restore(session, progress));
            goOnTogether(session, progress, ranks);
            boolean over = watch.over();
            for (long step = progress.step(); step < session.steps() && !over; step++) {
                session.gradients(step, session.draw(step));
                TrainingSession.Outcome outcome = session.reduce();
                session.update(session.learningRate(step));
                progress.add(outcome, session.learningRate(step));
                keeping.ifPresent(file -> file.keepNowAndThen(session, progress));
                float[] ends = {listener.cancelled() ? 1 : 0, watch.over() ? 1 : 0};
                ranks.sum(ends);
                if (ends[0] > 0) {
                    keeping.ifPresent(file -> file.keep(session, progress));
                    throw new CancellationException("Training was cancelled after step " + (step + 1) + " of " + session.steps());
                }
                over = ends[1] > 0;
            }
            return progress.end();
        }
    }

    /** Brings all ranks to where rank 0 is. */
    private static void goOnTogether(TrainingSession session, RunningProgress progress, Ranks ranks) {
        if (ranks.count() == 1) {
            return;
        }
        float[] step = {progress.step() >>> Integer.SIZE / 2, progress.step() & 0xffff};
        ranks.copyFirst(step);
        long at = (long) step[0] << Integer.SIZE / 2 | (long) step[1];
        if (at > 0) {
            Map<String, Tensor> state = session.state();
            state.values().forEach(tensor -> ranks.copyFirst(tensor.data()));
            session.restore(state);
            if (ranks.rank() > 0) {
                progress.follow(at);
            }
        }
    }
}
