package io.fullynested.onnx.remote;

import io.fullynested.onnx.Stopwatch;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Times files on another machine: a command such as {@code ssh pi4 java -jar fn-cli.jar time} reaches a program there that answers as
 * {@link StopwatchServer} does. Not for several threads.
 */
public final class RemoteStopwatch implements Stopwatch, AutoCloseable {

    private static final int KEPT_LINES = 3;

    private final String command;
    private final Duration patience;
    private final Process process;
    private final OutputStream out;
    /** Lines that came; nothing after the last. */
    private final BlockingQueue<Optional<String>> answers = new LinkedBlockingQueue<>(StopwatchServer.MOST_LINES);
    private final Deque<String> complaints = new ArrayDeque<>();
    private final Thread complaining;
    private final String machine;

    /**
     * Starts the command, and waits until the other machine says what it is.
     *
     * @param command  of a shell
     * @param patience how long an answer may take; a file of a large network takes a minute or more on a small machine
     * @throws UncheckedIOException if it cannot be started, or nothing there answers
     */
    public RemoteStopwatch(String command, Duration patience) {
        this.command = command;
        this.patience = patience;
        boolean windows = System.getProperty("os.name").startsWith("Windows");
        try {
            process = new ProcessBuilder(windows ? List.of("cmd", "/c", command) : List.of("sh", "-c", command)).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        out = process.getOutputStream();
        read(process.getInputStream(), this::answered);
        complaining = read(process.getErrorStream(), this::complained);
        try {
            machine = greeting();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** The other machine and its runtime, as it says. */
    public String machine() {
        return machine;
    }

    private interface Taker {
        void take(Optional<String> line) throws InterruptedException;
    }

    private static Thread read(InputStream from, Taker taker) {
        Thread thread = new Thread(() -> {
            try {
                try (BufferedReader lines = new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
                    for (String line = StopwatchServer.line(lines::read); line != null; line = StopwatchServer.line(lines::read)) {
                        taker.take(Optional.of(line));
                    }
                } catch (IOException e) {
                    // the end, as well
                }
                taker.take(Optional.empty());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }, "remote stopwatch");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void answered(Optional<String> line) throws InterruptedException {
        answers.put(line);
    }

    private void complained(Optional<String> line) {
        synchronized (complaints) {
            line.filter(text -> !text.isBlank()).ifPresent(complaints::add);
            if (complaints.size() > KEPT_LINES) {
                complaints.remove();
            }
        }
    }

    /** What a shell says when one logs in may come before. */
    private String greeting() {
        for (int i = 0; i < StopwatchServer.MOST_LINES; i++) {
            String line = answer();
            if (line.startsWith(StopwatchServer.GREETING)) {
                return line.substring(StopwatchServer.GREETING.length()).strip();
            }
        }
        throw failed("says other things than a stopwatch does. Maybe the command should end with 'fn-cli.jar time'?");
    }

    @Override
    public Reading time(byte[] file, int batch, int threads) {
        try {
            out.write(("time " + file.length + " " + batch + " " + threads + "\n").getBytes(StandardCharsets.UTF_8));
            out.write(file);
            out.flush();
        } catch (IOException e) {
            throw ended();
        }
        double milliseconds = Double.NaN;
        Map<String, Double> kernels = new LinkedHashMap<>();
        for (int i = 0; i < StopwatchServer.MOST_LINES; i++) {
            String line = answer();
            String[] words = line.split(" ", 3);
            try {
                if (line.equals("done")) {
                    return new Reading(milliseconds, kernels);
                } else if (words[0].equals("milliseconds")) {
                    milliseconds = Double.parseDouble(words[1]);
                } else if (words[0].equals("kernel")) {
                    kernels.put(words[2], Double.parseDouble(words[1]));
                } else {
                    throw failed(words[0].equals("failed") ? "could not time a network: " + line.substring(words[0].length()).strip()
                            : "answers '" + line + "', which is no time");
                }
            } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                throw failed("answers '" + line + "', which is no time: " + e.getMessage());
            }
        }
        throw failed("answers more than " + StopwatchServer.MOST_LINES + " lines");
    }

    private String answer() {
        try {
            Optional<String> line = answers.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
            if (line == null) {
                throw failed("has not answered for " + patience.toSeconds() + " s");
            }
            return line.orElseThrow(this::ended);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed("was interrupted");
        }
    }

    private UncheckedIOException ended() {
        try {
            boolean over = process.waitFor(1, TimeUnit.SECONDS);
            complaining.join(1000);
            return failed("ended" + (over ? " with exit code " + process.exitValue() : "") + " before it answered");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return failed("was interrupted");
        }
    }

    private UncheckedIOException failed(String what) {
        synchronized (complaints) {
            return new UncheckedIOException(new IOException("'" + command + "' " + what + (complaints.isEmpty() ? "" : ". It says: " + String.join(" / ", complaints))));
        }
    }

    /** Ends what runs there. */
    @Override
    public void close() {
        try {
            out.close();
            process.waitFor(1, TimeUnit.SECONDS);
        } catch (IOException e) {
            // it has ended before
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
    }
}
