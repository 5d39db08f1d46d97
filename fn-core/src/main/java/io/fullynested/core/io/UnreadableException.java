package io.fullynested.core.io;

import java.io.IOException;

/**
 * A file cannot be used: it is missing, damaged, cut short, too large or of another kind. The message, for the user, names the file, where in it
 * and which value, and often ends in what may have been meant. It is one line without control characters, and of bounded length whatever
 * the file holds.
 */
public final class UnreadableException extends IOException {

    private static final long serialVersionUID = 1;

    /**
     * A problem.
     *
     * @param place   the file, and where in it
     * @param problem what is wrong there
     */
    public UnreadableException(Object place, String problem) {
        this(place, problem, null);
    }

    /** The same, found by something that was thrown. */
    public UnreadableException(Object place, String problem, Throwable cause) {
        super(Printable.line(place + ": " + problem), cause);
    }
}
