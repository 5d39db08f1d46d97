package io.fullynested.core.plugin;

/**
 * A plugin that could not be loaded and was left out.
 *
 * @param plugin its class and its jar, as far as they are known
 * @param reason what went wrong, in one line
 */
public record FailedPlugin(String plugin, String reason) {

    static FailedPlugin of(String plugin, Throwable error) {
        return new FailedPlugin(plugin, PluginFault.reason(error));
    }

    /** As {@code com.example.Broken (broken.jar): what went wrong}. */
    @Override
    public String toString() {
        return plugin + ": " + reason;
    }
}
