package io.fullynested.core.plugin;

import io.fullynested.api.plugin.FullyNestedPlugin;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Says what went wrong in a plugin, whose it is, and what its author can do. */
public final class PluginFault {

    private static final Pattern CLASS_FILE = Pattern.compile("class file version (\\d+)\\.");
    /** Major version of the class files of Java N, less N. */
    private static final int CLASS_FILE_OF_JAVA_0 = 44;
    private static final String OURS = "io.fullynested.";
    private static final String API = "io.fullynested.api.";

    private PluginFault() {
    }

    /** Whose a thing is, as {@code com.example.Gate (gate-1.0.jar)}; empty if it is of Fully Nested itself. */
    public static Optional<String> author(Object thing) {
        Class<?> type = thing.getClass();
        return ours(type.getName()) ? Optional.empty()
                : Optional.of(type.getName().replaceFirst("\\$\\$Lambda.*", "") + " (" + Origin.jar(type) + ")");
    }

    static boolean ours(String className) {
        return className.startsWith(OURS);
    }

    /** What a thing is called in a message, and whose it is: {@code "block 'gate1', com.example.Gate (gate-1.0.jar),"}. */
    public static String named(String called, Object thing) {
        return author(thing).map(author -> called + ", " + author + ",").orElse(called);
    }

    /**
     * Whose code, from a plugin folder, an error comes from: it was thrown there, or by the API or the JDK on its behalf.
     *
     * @return as {@code com.example.Gate (gate-1.0.jar)}
     */
    public static Optional<String> culprit(Throwable error) {
        return frame(error).map(frame -> outer(frame.getClassName()) + " (" + PluginFolder.jarOf(frame) + ")");
    }

    /** What went wrong in a plugin, in one line. */
    public static String reason(Throwable error) {
        Throwable cause = root(error);
        String message = String.valueOf(cause.getMessage() == null ? "" : cause.getMessage());
        if (cause instanceof PluginException) {
            return message;
        }
        if (cause instanceof NoSuchMethodException) {
            return "it has no public constructor without arguments. Add one";
        }
        if (cause instanceof IllegalAccessException) {
            return "its class is not public. Make it so";
        }
        if (cause instanceof ServiceConfigurationError) {
            return message.endsWith(" not found") ? "there is no such class. Maybe the service file misspells it?"
                    : message.endsWith(" not a subtype") ? "it is no FullyNestedPlugin. Let it implement " + FullyNestedPlugin.class.getName()
                    : message.substring(message.indexOf(": ") + 2);
        }
        if (cause instanceof UnsupportedClassVersionError) {
            Matcher version = CLASS_FILE.matcher(message);
            return "it was compiled for " + (version.find() ? "Java " + (Integer.parseInt(version.group(1)) - CLASS_FILE_OF_JAVA_0) : "a newer Java")
                    + ", this is Java " + Runtime.version().feature() + ". Maybe compile it with --release 17, or run a newer Java?";
        }
        if (cause instanceof NoClassDefFoundError || cause instanceof ClassNotFoundException) {
            return missingClass(message.replace('/', '.'));
        }
        if (cause instanceof IncompatibleClassChangeError) {
            return message.contains(API) ? "it was built against another version of fn-api than this: " + message + ". Build it against "
                    + version() : "its libraries do not fit each other: " + message;
        }
        String where = frame(cause).map(frame -> " at " + frame.getFileName() + ":" + frame.getLineNumber()).orElse("");
        return cause.getClass().getSimpleName() + (message.isEmpty() ? "" : ": " + message) + where;
    }

    private static String missingClass(String missing) {
        if (missing.startsWith(API)) {
            return "it was built against another version of fn-api than this, which has no " + missing + ". Build it against " + version();
        }
        return "it needs class " + missing + ", which is not there" + (missing.startsWith(OURS)
                ? "; a plugin sees io.fullynested.api, the JDK, SLF4J and its own folder only" : ". Maybe put the jar that has it beside the plugin's?");
    }

    private static String version() {
        String version = FullyNestedPlugin.class.getPackage().getImplementationVersion();
        return version == null ? "this one" : "fn-api " + version;
    }

    private static Throwable root(Throwable error) {
        Throwable cause = error;
        while (cause.getCause() != null && !(cause instanceof PluginException)) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** The innermost frame that is neither of the JDK nor of the API, if a plugin folder has it. */
    private static Optional<StackTraceElement> frame(Throwable error) {
        return Stream.of(root(error).getStackTrace())
                .filter(frame -> frame.getModuleName() == null && !frame.getClassName().startsWith(API)).findFirst()
                .filter(PluginFolder::holds);
    }

    private static String outer(String className) {
        return className.replaceFirst("\\$.*", "");
    }
}
