package io.fullynested.training;

import io.fullynested.api.search.Evaluation;
import io.fullynested.core.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Told how training goes, and asked whether it should go on. Called by the thread that trains. */
public interface TrainingListener {

    /** Ignores everything and never cancels. */
    TrainingListener NONE = new TrainingListener() { };

    /**
     * Where training stands.
     *
     * @param step            steps done
     * @param steps           steps of the whole training
     * @param epoch           the epoch of the last step, counted from 1
     * @param epochs          epochs of the whole training
     * @param loss            mean loss of the submodels drawn in this epoch so far
     * @param score           mean over the steps of this epoch so far of how good the submodels drawn were, by the metric of the task
     * @param seconds         since training started, without the time between a stop and the start that goes on
     * @param imagesPerSecond images per second in this time
     * @param learningRate    of the last step
     */
    record Progress(long step, long steps, int epoch, int epochs, double loss, double score, double seconds, double imagesPerSecond,
                    double learningRate) {
    }

    /**
     * What validation images gave at the end of an epoch.
     *
     * @param epoch    counted from 1
     * @param step     steps done
     * @param full     the full network
     * @param smallest the smallest submodel
     */
    record Validated(int epoch, long step, Evaluation full, Evaluation smallest) {

        /** The mean of the two scores: what counts for {@link EarlyStopping}, and for which epoch is best. */
        public double score() {
            return (full.score() + smallest.score()) / 2;
        }

        /** The mean of the two losses. */
        double loss() {
            return (full.loss() + smallest.loss()) / 2;
        }
    }

    /**
     * A training that was stopped goes on; told before the first step that it takes now, if it does.
     *
     * @param step  steps done before
     * @param steps steps of the whole training
     * @param past  what was told of each epoch that was done before
     */
    default void resumed(long step, long steps, List<Progress> past) {
    }

    /**
     * The same, with what validation images gave before.
     *
     * @param measured what was told of it
     */
    default void resumed(long step, long steps, List<Progress> past, List<Validated> measured) {
        resumed(step, steps, past);
    }

    /** A step is done. */
    default void step(Progress progress) {
    }

    /** An epoch is done, and validation images were looked at; told before {@link #epoch}. */
    default void validated(Validated at) {
    }

    /** An epoch is done; its last step was reported before. */
    default void epoch(Progress progress) {
    }

    /**
     * An epoch is done, with what has been learnt so far: to be measured or saved.
     *
     * @param masters gives a copy of the master tensors by name; to be asked during this call only
     */
    default void checkpoint(Progress progress, Supplier<Map<String, Tensor>> masters) {
    }

    /**
     * Training is over, and was not cancelled.
     *
     * @param epochs how many were trained, fewer than was wanted if it was stopped early
     * @param kept   the epoch, counted from 1, whose masters it gives
     */
    default void ended(int epochs, int kept) {
    }

    /** Whether training should stop after this step; what another thread wants may be read from a volatile or atomic flag. */
    default boolean cancelled() {
        return false;
    }
}
