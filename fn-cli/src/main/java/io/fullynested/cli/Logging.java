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
import java.util.logging.Filter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.Stream;

/**
 * Where the log goes while a command runs: to the terminal what a person should see of the library, all of it to a
 * file beside the results, with what other libraries warn of.
 */
final class Logging implements AutoCloseable {

    private static final SimpleFormatter FORMATTER = new SimpleFormatter();

    /** Held, as Java forgets loggers that nobody holds. */
    private static final Logger ROOT = Logger.getLogger("");
    private static final Logger OURS = Logger.getLogger("io.fullynested");

    private final Handler handler;
    private final Handler[] before;

    /** @param before what is put out of its place meanwhile */
    private Logging(Handler handler, Handler... before) {
        this.handler = handler;
        this.before = before;
        OURS.setLevel(Level.INFO);
        Stream.of(before).forEach(ROOT::removeHandler);
        ROOT.addHandler(handler);
    }

    /** To a person, from a level on; warnings begin with the word. */
    static Logging toTerminal(PrintWriter err, Level from) {
        return new Logging(new Lines(err, from, entry -> (entry.getLevel().intValue() >= Level.WARNING.intValue() ? "warning: " : "")
                + FORMATTER.formatMessage(entry), entry -> from == Level.INFO || entry.getLoggerName() != null
                && entry.getLoggerName().startsWith(OURS.getName())), ROOT.getHandlers());
    }

    /** To a file, at its end, with the time. */
    static Logging toFile(Path file) throws IOException {
        BufferedWriter out = Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        return new Logging(new Lines(out, Level.INFO, entry -> Instant.ofEpochMilli(entry.getMillis()).truncatedTo(ChronoUnit.MILLIS) + " "
                + entry.getLevel() + " " + String.valueOf(entry.getLoggerName()).replaceFirst(".*\\.", "") + ": " + FORMATTER.formatMessage(entry), entry -> true));
    }

    @Override
    public void close() {
        ROOT.removeHandler(handler);
        handler.close();
        Stream.of(before).forEach(ROOT::addHandler);
    }

    private static final class Lines extends Handler {

        private final Writer out;
        private final Function<LogRecord, String> line;

        Lines(Writer out, Level from, Function<LogRecord, String> line, Filter which) {
            this.out = out;
            setFilter(which);
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
