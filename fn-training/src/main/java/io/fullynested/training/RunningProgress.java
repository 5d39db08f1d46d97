package io.fullynested.training;

import io.fullynested.core.tensor.Tensor;
import io.fullynested.training.TrainingListener.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Adds up what steps report. */
final class RunningProgress {

    private final TrainingSession session;
    private final Watch watch;
    private final TrainingListener listener;
    private final List<Progress> done = new ArrayList<>();
    private long start = System.nanoTime();
    private long kept = start;
    private long step;
    private double loss;
    private double score;

    RunningProgress(TrainingSession session, Watch watch, TrainingListener listener) {
        this.session = session;
        this.watch = watch;
        this.listener = listener;
    }

    /** Steps done. */
    long step() {
        return step;
    }

    /** Adds a step and tells the listener. */
    void add(TrainingSession.Outcome outcome, double learningRate) {
        int perEpoch = session.stepsPerEpoch();
        int inEpoch = (int) (step % perEpoch);
        loss = inEpoch == 0 ? outcome.loss() : loss + outcome.loss();
        score = inEpoch == 0 ? outcome.score() : score + outcome.score();
        int epoch = (int) (step / perEpoch) + 1;
        step++;
        double seconds = seconds();
        Progress progress = new Progress(step, session.steps(), epoch, session.epochs(), loss / (inEpoch + 1), score / (inEpoch + 1), seconds,
                step * session.imagesPerStep() / seconds, learningRate);
        listener.step(progress);
        if (inEpoch + 1 == perEpoch) {
            done.add(progress);
            watch.look(progress, session::masters).ifPresent(listener::validated);
            listener.epoch(progress);
            listener.checkpoint(progress, session::masters);
        }
    }

    private double seconds() {
        return (System.nanoTime() - start) / 1e9;
    }

    /** Seconds since {@link #kept}, or since the start. */
    double secondsSinceKept() {
        return (System.nanoTime() - kept) / 1e9;
    }

    /** Training is over: tells the listener, and gives what came of it. */
    Map<String, Tensor> end() {
        listener.ended(done.size(), watch.keptEpoch().orElse(done.size()));
        return watch.kept().orElseGet(session::masters);
    }

    /** What of all this is tensors. */
    Map<String, Tensor> tensors() {
        return watch.tensors();
    }

    /** What was added up so far, as text by name. */
    Map<String, String> kept() {
        kept = System.nanoTime();
        return Map.of("step", "" + step, "seconds", "" + seconds(), "loss", "" + loss, "score", "" + score, "validation", watch.text(),
                "epochs", String.join("\n", done.stream().map(RunningProgress::text).toList()));
    }

    /** Goes on from what {@link #kept} and {@link #tensors} gave, and tells the listener. */
    void restore(Map<String, String> kept, Map<String, Tensor> tensors) {
        step = Long.parseLong(kept.get("step"));
        start = System.nanoTime() - Math.round(1e9 * Double.parseDouble(kept.get("seconds")));
        loss = Double.parseDouble(kept.get("loss"));
        score = Double.parseDouble(kept.get("score"));
        kept.get("epochs").lines().map(this::progress).forEach(done::add);
        watch.restore(kept.get("validation"), tensors);
        listener.resumed(step, session.steps(), List.copyOf(done), watch.curve());
    }

    /** Goes on from a step that another rank has kept, with nothing to tell. */
    void follow(long at) {
        step = at;
    }

    private static String text(Progress at) {
        return at.step() + " " + at.loss() + " " + at.score() + " " + at.seconds() + " " + at.imagesPerSecond() + " " + at.learningRate();
    }

    private Progress progress(String line) {
        String[] at = line.split(" ");
        long last = Long.parseLong(at[0]);
        return new Progress(last, session.steps(), (int) (last / session.stepsPerEpoch()), session.epochs(), Double.parseDouble(at[1]),
                Double.parseDouble(at[2]), Double.parseDouble(at[3]), Double.parseDouble(at[4]), Double.parseDouble(at[5]));
    }
}
