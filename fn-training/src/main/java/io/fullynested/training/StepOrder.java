package io.fullynested.training;

import java.util.Locale;

/** Holds the parts of training steps to their order. A part that fails has not been done, and may be tried again. */
final class StepOrder {

    /** The parts of a step, in their order. */
    enum Part {
        GRADIENTS, REDUCE, UPDATE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final long steps;
    private Part next = Part.GRADIENTS;
    private String where = "before the first step";

    /** @param steps of the whole training */
    StepOrder(long steps) {
        this.steps = steps;
    }

    /** @throws IllegalArgumentException if there is no step of this number */
    void requireStep(long number) {
        if (number < 0 || number >= steps) {
            throw new IllegalArgumentException("There is no step " + number + "; they go from 0 to " + (steps - 1));
        }
    }

    /** @throws IllegalStateException if it is not the turn of a part */
    void require(Part part) {
        if (part != next) {
            throw new IllegalStateException(part + " came " + where + " where only " + next + " can come. Each step is gradients, then reduce, then update");
        }
    }

    /** @throws IllegalStateException unless gradients of a step are there that have not moved anything yet */
    void requireGradient() {
        if (next == Part.GRADIENTS) {
            throw new IllegalStateException("There is no gradient " + where + ": gradients have to be computed first");
        }
    }

    /** @throws IllegalStateException within a step */
    void requireNone(String what) {
        if (next != Part.GRADIENTS) {
            throw new IllegalStateException("There is no " + what + " " + where + ", whose " + next + " has to come first");
        }
    }

    /** Gradients of a step are there. */
    void begun(long number) {
        next = Part.REDUCE;
        where = "within step " + number;
    }

    /** Ranks have agreed. */
    void reduced() {
        next = Part.UPDATE;
    }

    /** A step is done, or others were done in its place. */
    void done() {
        next = Part.GRADIENTS;
        where = where.replace("within", "after");
    }
}
