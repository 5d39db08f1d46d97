package io.fullynested.core.engine;

/** A native library has no binary for this platform, so what needs it cannot be done here; the reference interpreter can take its place. */
public final class NoNativeLibraryException extends IllegalStateException {

    private static final long serialVersionUID = 1;

    /** @param message the library, the platform, and what to do */
    public NoNativeLibraryException(String message, Throwable cause) {
        super(message, cause);
    }
}
