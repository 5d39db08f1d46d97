package io.fullynested.onnx.remote;

import io.fullynested.onnx.Stopwatch;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Times the files that come in, and answers. In lines of UTF-8, so that a script in another language can answer, too:
 *
 * <pre>
 * → fullynested stopwatch 1 onnxruntime 1.28.0, Linux aarch64        once, and what machine it is
 * ← time 22508 1 1                                                   bytes, images at once, threads; then so many bytes of an ONNX file
 * → milliseconds 0.1213                                              of a run
 * → kernel 0.0431 stage1/unit2/open                                  of one kernel, by the name of its node; a line for each
 * → done                                                             or, in place of all that: failed WHY
 * </pre>
 */
public final class StopwatchServer {

    static final String GREETING = "fullynested stopwatch 1";
    /** Of an answer, and characters of a line. */
    static final int MOST_LINES = 100_000;
    private static final int LONGEST_LINE = 10_000;

    private StopwatchServer() {
    }

    /**
     * Answers until nothing more comes in.
     *
     * @param machine what it is, in words
     * @throws IOException if an answer cannot be written, or something else than a question comes in
     */
    public static void serve(InputStream in, OutputStream out, Stopwatch stopwatch, String machine) throws IOException {
        write(out, GREETING + " " + machine + "\n");
        for (String line = line(in::read); line != null; line = line(in::read)) {
            String[] words = line.split(" ");
            if (words.length != 4 || !words[0].equals("time") || !line.substring(5).matches("\\d{1,9} [1-9]\\d{0,5} [1-9]\\d{0,3}")) {
                write(out, "failed this is no question: " + line + "\n");
                throw new IOException("'" + line + "' is no question. This command is for another machine's ./fn measure --remote");
            }
            int bytes = Integer.parseInt(words[1]);
            byte[] file = in.readNBytes(bytes);
            if (file.length < bytes) {
                return;
            }
            write(out, answer(file, Integer.parseInt(words[2]), Integer.parseInt(words[3]), stopwatch));
        }
    }

    private static String answer(byte[] file, int batch, int threads, Stopwatch stopwatch) {
        try {
            Stopwatch.Reading reading = stopwatch.time(file, batch, threads);
            StringBuilder text = new StringBuilder("milliseconds " + reading.milliseconds() + "\n");
            reading.kernels().forEach((name, time) -> text.append("kernel ").append(time).append(' ').append(name).append('\n'));
            return text.append("done\n").toString();
        } catch (RuntimeException e) {
            return "failed " + String.valueOf(e.getMessage()).lines().findFirst().orElse("") + "\n";
        }
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    /** Where letters come from, one by one; −1 after the last. */
    interface Letters {
        int read() throws IOException;
    }

    /** The next line, without its end; null after the last. */
    static String line(Letters in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                return line.isEmpty() ? null : line.toString();
            }
            if (line.length() == LONGEST_LINE) {
                throw new IOException("a line of more than " + LONGEST_LINE + " characters");
            }
            line.append((char) next);
        }
        return line.toString().stripTrailing();
    }
}
