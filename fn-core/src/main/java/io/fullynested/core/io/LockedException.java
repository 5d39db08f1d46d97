package io.fullynested.core.io;

import java.io.IOException;

/** Somebody else is writing there now; the message tells who. */
public final class LockedException extends IOException {

    private static final long serialVersionUID = 1;

    LockedException(String message) {
        super(message);
    }
}
