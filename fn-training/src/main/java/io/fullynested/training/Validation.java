package io.fullynested.training;

import io.fullynested.api.plugin.Option;
import java.util.Optional;

/** How often a training looks at validation images: the full network and the smallest, at the ends of epochs. Nothing is learnt of them. */
public record Validation(
        @Option("epochs from one time to the next, and the last one; a tenth of them if absent, each with early-stopping or restore-best; 0 for never")
        Optional<Integer> every,
        @Option(value = "validation images that are looked at, the first after a shuffle by the seed; all if there are fewer", byDefault = "1000", min = 1)
        int images) {

    /** Never. */
    static final Validation NEVER = new Validation(Optional.of(0), 1);
    /** As most trainings do. */
    static final Validation STANDARD = new Validation(Optional.empty(), 1000);
    private static final int TIMES = 10;

    /** @throws IllegalArgumentException if epochs are negative */
    public Validation {
        if (every.isPresent() && every.get() < 0) {
            throw new IllegalArgumentException("every should be a number of epochs, or 0 for never, found " + every.get());
        }
    }

    /** Whether it looks at all. */
    boolean ever() {
        return every.isEmpty() || every.get() > 0;
    }

    /**
     * Whether it looks at the end of an epoch.
     *
     * @param epoch  counted from 1
     * @param epochs of the whole training
     * @param each   what is meant where nothing is said: each epoch, or a tenth of them
     */
    boolean isDue(int epoch, int epochs, boolean each) {
        if (every.isPresent()) {
            return every.get() > 0 && (epoch % every.get() == 0 || epoch == epochs);
        }
        return each || (long) epoch * TIMES / epochs > (epoch - 1L) * TIMES / epochs;
    }
}
