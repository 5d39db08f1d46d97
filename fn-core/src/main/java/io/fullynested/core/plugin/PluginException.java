package io.fullynested.core.plugin;

/** The plugins cannot be used as they are; the message says why, for the user. */
public final class PluginException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public PluginException(String message) {
        super(message);
    }
}
