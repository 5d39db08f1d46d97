package io.fullynested.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fullynested.api.search.Evaluation;
import io.fullynested.api.search.Progress;
import io.fullynested.training.TrainingListener;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/** Shows how far long work is, and tells the work when it should stop. */
final class Console implements AutoCloseable {

    /** How it is shown. */
    enum Style {
        /** A live bar on a terminal, a line now and then elsewhere. */
        TEXT,
        /** A line of JSON for each hundredth, for programs. */
        JSON,
        /** Not at all. */
        NONE
    }

    /** A word as a shell takes it, in quotes where it must be. */
    static String word(Object word) {
        String text = word.toString();
        return text.matches("[\\w./:=,+@%-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }

    private static final int PARTS = 1000;
    private static final int BAR = 30;

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final PrintWriter out;
    private final String work;
    private final Style style;
    private final ProgressBar bar;
    private final Interruption.Listening listening = Interruption.listen();
    private double reported;

    Console(PrintWriter out, String work, Style style) {
        this.out = out;
        this.work = work;
        this.style = style;
        boolean live = style == Style.TEXT && System.console() != null && System.getenv("CI") == null;
        this.bar = live ? new ProgressBarBuilder().setTaskName(work).setInitialMax(PARTS).setUpdateIntervalMillis(200)
                .setRenderer((state, width) -> line(work, state.getNormalizedProgress(), state.getExtraMessage(), width)).build() : null;
    }

    /**
     * Takes the steps and epochs of a training.
     *
     * @param metric what scores are of
     */
    TrainingListener training(String metric) {
        return new TrainingListener() {
            private Optional<Validated> measured = Optional.empty();

            @Override
            public void resumed(long step, long steps, List<Progress> past, List<Validated> before) {
                measured = before.stream().reduce((one, next) -> next);
                if (style == Style.TEXT) {
                    out.println(text("Going on with a training that was stopped, after step %,d of %,d", step, steps));
                }
            }

            @Override
            public void step(Progress at) {
                if (bar != null || style == Style.JSON) {
                    show(at, "");
                }
            }

            @Override
            public boolean cancelled() {
                return Interruption.requested();
            }

            @Override
            public void epoch(Progress at) {
                if (bar == null && style == Style.TEXT) {
                    show(at, text("epoch %d/%d  ", at.epoch(), at.epochs()));
                }
            }

            @Override
            public void validated(Validated at) {
                measured = Optional.of(at);
                // told even if little was done since the last line
                reported = Double.NEGATIVE_INFINITY;
                if (style == Style.JSON) {
                    out.println(MAPPER.createObjectNode().put("task", work).put("epoch", at.epoch()).put("step", at.step())
                            .set("validation", MAPPER.createObjectNode().<ObjectNode>set("full", json(at.full())).set("smallest", json(at.smallest()))));
                }
            }

            private ObjectNode json(Evaluation at) {
                return MAPPER.createObjectNode().put("loss", at.loss()).put(metric.replace('-', '_'), at.score());
            }

            private void show(Progress at, String epoch) {
                double done = (double) at.step() / at.steps();
                String validation = measured.map(now -> text("validation %.1f %%, smallest %.1f %%  ", 100 * now.full().score(), 100 * now.smallest().score())).orElse("");
                Console.this.show(done, epoch + text("loss %.3f  %s %.1f %%  %s%.0f images/s  %s",
                        at.loss(), metric, 100 * at.score(), validation, at.imagesPerSecond(), left(at.seconds(), done)));
            }
        };
    }

    /** Takes the progress of a search. */
    Progress search() {
        long start = System.nanoTime();
        return new Progress() {
            @Override
            public void report(double done, String message) {
                show(done, left((System.nanoTime() - start) / 1e9, done) + "  " + message);
            }

            @Override
            public boolean cancelled() {
                return Interruption.requested();
            }
        };
    }

    /** As {@code 20 s left}, if the rest is as fast as what was done in these seconds. */
    private static String left(double seconds, double done) {
        double left = done > 0 ? seconds * (1 - done) / done : 0;
        return done > 0 ? left < 100 ? text("%.0f s left", left) : text("%.0f min left", left / 60) : "";
    }

    private void show(double done, String message) {
        if (bar != null) {
            bar.stepTo(Math.round(done * PARTS));
            bar.setExtraMessage(message);
        } else if (style == Style.JSON && (done >= reported + 0.01 || done >= 1)) {
            reported = done;
            out.println(MAPPER.createObjectNode().put("task", work).put("done", done).put("message", message.strip()));
        } else if (style == Style.TEXT && (done >= reported + 0.05 || done >= 1)) {
            reported = done;
            out.println(text("%s %3.0f %%  %s", work, 100 * done, message));
        }
    }

    /** The work, a bar as far as there is room for one, and the message, which is cut rather than the line broken. */
    static String line(String work, double done, String message, int width) {
        String start = text("%-6s %3.0f %%  ", work, 100 * done);
        int room = Math.min(BAR, width - start.length() - message.length() - 2);
        int full = (int) Math.round(done * room);
        String bar = room < 3 ? "" : "█".repeat(full) + "░".repeat(room - full) + "  ";
        String line = start + bar + message;
        return line.substring(0, Math.max(0, Math.min(line.length(), width)));
    }

    static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    @Override
    public void close() {
        listening.close();
        if (bar != null) {
            bar.close();
        }
    }
}
