package io.fullynested.training;

/** Adds up what steps report. */
final class RunningProgress {

    private final long steps;
    private final int epochs;
    private final BatchReader batches;
    private final long start = System.nanoTime();
    private long step;
    private double loss;
    private double accuracy;

    RunningProgress(long steps, int epochs, BatchReader batches) {
        this.steps = steps;
        this.epochs = epochs;
        this.batches = batches;
    }

    /** Adds a step and tells the listener. */
    void add(TrainingStep.Outcome outcome, double learningRate, TrainingListener listener) {
        int perEpoch = batches.stepsPerEpoch();
        int inEpoch = (int) (step % perEpoch);
        loss = inEpoch == 0 ? outcome.loss() : loss + outcome.loss();
        accuracy = inEpoch == 0 ? outcome.accuracy() : accuracy + outcome.accuracy();
        int epoch = (int) (step / perEpoch) + 1;
        step++;
        double seconds = (System.nanoTime() - start) / 1e9;
        TrainingListener.Progress progress = new TrainingListener.Progress(step, steps, epoch, epochs, loss / (inEpoch + 1),
                accuracy / (inEpoch + 1), step * batches.size() / seconds, learningRate);
        listener.step(progress);
        if (inEpoch + 1 == perEpoch) {
            listener.epoch(progress);
        }
    }
}
