package io.fullynested.cli;

import io.fullynested.api.search.Progress;
import io.fullynested.training.TrainingListener;
import java.io.PrintWriter;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows how far long work is: a live bar on a terminal, a line now and then elsewhere. */
final class Console implements AutoCloseable {

    private static final int PARTS = 1000;

    private final PrintWriter out;
    private final String task;
    private final ProgressBar bar;
    private double reported;

    Console(PrintWriter out, String task) {
        this.out = out;
        this.task = task;
        boolean live = System.console() != null && System.getenv("CI") == null;
        this.bar = live ? new ProgressBarBuilder().setTaskName(task).setInitialMax(PARTS).setStyle(ProgressBarStyle.COLORFUL_UNICODE_BLOCK)
                .hideEta().setUpdateIntervalMillis(200).build() : null;
    }

    /** Takes the steps and epochs of a training. */
    TrainingListener training() {
        long start = System.nanoTime();
        return new TrainingListener() {
            @Override
            public void step(Progress at) {
                if (bar != null) {
                    show(at, left(at));
                }
            }

            @Override
            public void epoch(Progress at) {
                if (bar == null) {
                    show(at, left(at));
                }
            }

            private double left(Progress at) {
                return (System.nanoTime() - start) / 1e9 * (at.steps() - at.step()) / Math.max(1, at.step());
            }

            private void show(Progress at, double left) {
                Console.this.show((double) at.step() / at.steps(), text("epoch %d/%d  loss %.3f  accuracy %.1f %%  %.0f images/s  %.0f s left",
                        at.epoch(), at.epochs(), at.loss(), 100 * at.accuracy(), at.imagesPerSecond(), left));
            }
        };
    }

    /** Takes the progress of a search. */
    Progress search() {
        return this::show;
    }

    private void show(double done, String message) {
        if (bar != null) {
            bar.stepTo(Math.round(done * PARTS));
            bar.setExtraMessage(message);
        } else if (done >= reported + 0.05 || done >= 1) {
            reported = done;
            out.println(text("%s %3.0f %%  %s", task, 100 * done, message));
        }
    }

    static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
