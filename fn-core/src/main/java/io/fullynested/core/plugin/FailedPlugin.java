package io.fullynested.core.plugin;

import java.util.ServiceConfigurationError;

/**
 * A plugin that could not be loaded and was left out.
 *
 * @param plugin its class and its jar, as far as they are known
 * @param reason what went wrong, in one line
 */
public record FailedPlugin(String plugin, String reason) {

    static FailedPlugin of(String plugin, Throwable error) {
        return new FailedPlugin(plugin, reason(error));
    }

    private static String reason(Throwable error) {
        Throwable cause = error;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String message = cause.getMessage() == null ? "" : cause.getMessage();
        if (cause instanceof PluginException) {
            return message;
        }
        if (cause instanceof NoSuchMethodException) {
            return "it has no public constructor without arguments";
        }
        if (cause instanceof ServiceConfigurationError) {
            return message.endsWith(" not found") ? "there is no such class"
                    : message.endsWith(" not a subtype") ? "it is no FullyNestedPlugin"
                    : message.substring(message.indexOf(": ") + 2);
        }
        if (cause instanceof NoClassDefFoundError || cause instanceof ClassNotFoundException) {
            String missing = message.replace('/', '.');
            return "it needs class " + missing + ", which is not there" + (missing.startsWith("io.fullynested.core.")
                    ? "; a plugin sees io.fullynested.api, the JDK, SLF4J and its own folder only" : "");
        }
        return cause.getClass().getSimpleName() + (message.isEmpty() ? "" : ": " + message);
    }

    /** As {@code com.example.Broken (broken.jar): what went wrong}. */
    @Override
    public String toString() {
        return plugin + ": " + reason;
    }
}
