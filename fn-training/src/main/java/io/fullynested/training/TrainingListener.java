package io.fullynested.training;

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
     * @param loss            mean cross-entropy of the submodels drawn in this epoch so far
     * @param accuracy        share of the images of this epoch so far that the submodels drawn got right, 0..1
     * @param imagesPerSecond images per second since training started
     * @param learningRate    of the last step
     */
    record Progress(long step, long steps, int epoch, int epochs, double loss, double accuracy, double imagesPerSecond, double learningRate) {
    }

    /** A step is done. */
    default void step(Progress progress) {
    }

    /** An epoch is done; its last step was reported before. */
    default void epoch(Progress progress) {
    }

    /** Whether training should stop after this step. */
    default boolean cancelled() {
        return false;
    }
}
