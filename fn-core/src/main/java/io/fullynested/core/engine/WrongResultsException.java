package io.fullynested.core.engine;

/** A native library computes wrongly on this processor. Nothing takes its place in silence: what to do is for the user to choose. */
public final class WrongResultsException extends IllegalStateException {

    private static final long serialVersionUID = 1;

    /** @param message the library, what it got wrong, and what to do */
    public WrongResultsException(String message) {
        super(message);
    }
}
