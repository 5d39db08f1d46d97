package io.fullynested.training;

import org.bytedeco.javacpp.Pointer;

/**
 * A few steps of a training, to tell what the whole will take on this machine.
 *
 * @param secondsPerStep the mean, without the first step, which makes kernels ready
 * @param steps          of the whole training
 * @param bytes          of memory that the process had in use after them, the JVM's among them
 */
public record Trial(double secondsPerStep, long steps, long bytes) {

    private static final int MOST = 20;
    private static final double SECONDS = 5;

    /** Takes steps of a training for some seconds; it is of no use after that but to be closed. */
    public static Trial of(TrainingSession session) {
        session.openAll();
        long start = System.nanoTime();
        step(session, 0);
        double first = (System.nanoTime() - start) / 1e9;
        start = System.nanoTime();
        long next = 1;
        while (next <= MOST && next < session.steps() && (System.nanoTime() - start) / 1e9 < SECONDS) {
            step(session, next++);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        return new Trial(next == 1 ? first : seconds / (next - 1), session.steps(), Pointer.physicalBytes());
    }

    private static void step(TrainingSession session, long number) {
        session.gradients(number, session.draw(number));
        session.reduce();
        session.update(session.learningRate(number));
    }

    /** Seconds of the whole training. */
    public double seconds() {
        return secondsPerStep * steps;
    }
}
