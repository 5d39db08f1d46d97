package io.fullynested.check;

import io.fullynested.FullyNested;
import io.fullynested.training.TrainingSession;
import io.fullynested.training.Trial;
import java.util.Locale;

/** What a training will take on this machine, measured by its first steps. */
public final class TrialCheck {

    private static final double LONG = 24 * 3600;

    private TrialCheck() {
    }

    /** Takes a few seconds. */
    public static Finding of(FullyNested network) {
        Trial trial;
        try (TrainingSession session = network.session()) {
            trial = Trial.of(session);
        }
        String what = String.format(Locale.ROOT, "training would take about %s with %d threads, %,.1f ms for each of %,d steps, and %,d MiB of memory",
                duration(trial.seconds()), network.threads(), 1000 * trial.secondsPerStep(), trial.steps(), trial.bytes() >> 20);
        return trial.seconds() < LONG ? Finding.fine("%s", what) : Finding.note("fewer epochs, or a smaller network", "%s", what);
    }

    static String duration(double seconds) {
        return seconds < 100 ? Math.max(1, Math.round(seconds)) + " s" : seconds < 6000 ? Math.round(seconds / 60) + " min"
                : String.format(Locale.ROOT, "%.1f h", seconds / 3600);
    }
}
