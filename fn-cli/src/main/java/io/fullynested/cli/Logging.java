package io.fullynested.cli;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Function;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Where the library's log goes while a command runs: to the terminal what a person should see, all of it to a file beside the results. */
final class Logging implements AutoCloseable {

    private static final SimpleFormatter FORMATTER = new SimpleFormatter();

    private final Logger logger;
    private final Handler handler;
    private final boolean parents;

    private Logging(Handler handler) {
        this.logger = Logger.getLogger("io.fullynested");
        this.handler = handler;
        this.parents = logger.getUseParentHandlers();
        logger.setLevel(Level.INFO);
        logger.setUseParentHandlers(false);
        logger.addHandler(handler);
    }

    /** To a person, from a level on; warnings begin with the word. */
    static Logging toTerminal(PrintWriter err, Level from) {
        return new Logging(new Lines(err, from, entry -> (entry.getLevel().intValue() >= Level.WARNING.intValue() ? "warning: " : "")
                + FORMATTER.formatMessage(entry)));
    }

    /** To a file, at its end, with the time. */
    static Logging toFile(Path file) throws IOException {
        BufferedWriter out = Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        return new Logging(new Lines(out, Level.INFO, entry -> Instant.ofEpochMilli(entry.getMillis()).truncatedTo(ChronoUnit.MILLIS) + " "
                + entry.getLevel() + " " + entry.getLoggerName().replaceFirst(".*\\.", "") + ": " + FORMATTER.formatMessage(entry)));
    }

    @Override
    public void close() {
        logger.removeHandler(handler);
        logger.setUseParentHandlers(parents);
        handler.close();
    }

    private static final class Lines extends Handler {

        private final Writer out;
        private final Function<LogRecord, String> line;

        Lines(Writer out, Level from, Function<LogRecord, String> line) {
            this.out = out;
            this.line = line;
            setLevel(from);
        }

        @Override
        public void publish(LogRecord entry) {
            if (!isLoggable(entry)) {
                return;
            }
            synchronized (out) {
                try {
                    out.write(line.apply(entry) + System.lineSeparator());
                    out.flush();
                } catch (IOException e) {
                    // a full disk must not end what the log is about
                    setLevel(Level.OFF);
                }
            }
        }

        @Override
        public void flush() {
            // after each line
        }

        /** The terminal's writer is the command's. */
        @Override
        public void close() {
            if (out instanceof BufferedWriter) {
                try {
                    out.close();
                } catch (IOException e) {
                    setLevel(Level.OFF);
                }
            }
        }
    }
}
