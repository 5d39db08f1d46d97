package io.fullynested.training;

/** Adds up what steps report. */
final class RunningProgress {

    private final TrainingSession session;
    private final int epochs;
    private final TrainingListener listener;
    private final long start = System.nanoTime();
    private long step;
    private double loss;
    private double accuracy;

    RunningProgress(TrainingSession session, int epochs, TrainingListener listener) {
        this.session = session;
        this.epochs = epochs;
        this.listener = listener;
    }

    /** Adds a step and tells the listener. */
    void add(TrainingSession.Outcome outcome, double learningRate) {
        int perEpoch = session.stepsPerEpoch();
        int inEpoch = (int) (step % perEpoch);
        loss = inEpoch == 0 ? outcome.loss() : loss + outcome.loss();
        accuracy = inEpoch == 0 ? outcome.accuracy() : accuracy + outcome.accuracy();
        int epoch = (int) (step / perEpoch) + 1;
        step++;
        double seconds = (System.nanoTime() - start) / 1e9;
        TrainingListener.Progress progress = new TrainingListener.Progress(step, session.steps(), epoch, epochs, loss / (inEpoch + 1),
                accuracy / (inEpoch + 1), step * session.imagesPerStep() / seconds, learningRate);
        listener.step(progress);
        if (inEpoch + 1 == perEpoch) {
            listener.epoch(progress);
            listener.checkpoint(progress, session::masters);
        }
    }
}
