package io.fullynested.api.search;

import io.fullynested.api.nesting.SubmodelSpec;

/** Told how far a long work is, and asked whether it should go on. */
public interface Progress {

    /** A listener that ignores everything and never cancels. */
    Progress NONE = (done, message) -> { };

    /**
     * Some work is done.
     *
     * @param done    share of the whole, 0..1
     * @param message what was reached, in a few words
     */
    void report(double done, String message);

    /**
     * A search has measured a submodel on all images that it may use; told once or more of each, whatever the strategy.
     *
     * @param spec its selection, of all axes
     */
    default void measured(SubmodelSpec spec, Evaluation evaluation) {
    }

    /** Whether the work should stop at the next chance. */
    default boolean cancelled() {
        return false;
    }
}
