package io.fullynested.cli;

import io.fullynested.core.engine.UnavailableDeviceException;
import io.fullynested.core.io.InputFile;
import io.fullynested.core.io.Printable;
import io.fullynested.core.io.UnreadableException;
import io.fullynested.core.plugin.PluginException;
import io.fullynested.core.plugin.PluginFault;
import io.fullynested.core.spec.ConfigurationException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/** What a command that went wrong tells its user, and the exit code that it ends with. */
final class Failure {

    /** It failed while running. */
    static final int FAILED = 1;
    /** What it was given cannot be right. */
    static final int BAD_INPUT = 2;

    private Failure() {
    }

    /** Tells the message, and gives the exit code. */
    static int report(Exception e, PrintWriter err) {
        if (System.getenv("FN_STACK_TRACE") != null) {
            e.printStackTrace(err);
        }
        err.println(message(e));
        return isBadInput(e) ? BAD_INPUT : FAILED;
    }

    private static boolean isBadInput(Exception e) {
        return e instanceof UncheckedIOException unchecked && isBadInput(unchecked.getCause()) || e instanceof UnreadableException
                || e instanceof ConfigurationException || e instanceof PluginException || e instanceof BadInputException
                || e instanceof UnavailableDeviceException;
    }

    /** The message of an exception, in words where Java only names a file. */
    static String message(Exception e) {
        return Printable.message(String.valueOf(inWords(e)));
    }

    /** Why something could not be written: the first cause, which names no file of its own. */
    static String reason(IOException e) {
        Throwable first = e;
        while (first.getCause() != null) {
            first = first.getCause();
        }
        return first instanceof FileSystemException file ? InputFile.reason(file) : first.getMessage();
    }

    private static String inWords(Exception e) {
        if (e instanceof UncheckedIOException unchecked) {
            return inWords(unchecked.getCause());
        }
        if (e instanceof FileSystemException file && file.getReason() == null) {
            return file.getFile() + ": " + InputFile.reason(file);
        }
        Optional<String> culprit = PluginFault.culprit(e);
        if (culprit.isPresent() && !(e instanceof CancellationException)) {
            return "The plugin class " + culprit.get() + " failed: " + PluginFault.reason(e);
        }
        boolean expected = e instanceof IOException || e instanceof IllegalStateException || e instanceof IllegalArgumentException
                || e instanceof CancellationException || isBadInput(e);
        return expected ? e.getMessage() : "Something went wrong that should not: " + e + ". Set FN_STACK_TRACE=1 to see where, and please report it";
    }
}
