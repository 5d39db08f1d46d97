package io.fullynested.cli;

import java.io.PrintWriter;
import java.util.concurrent.CancellationException;

/** Items of which one that fails does not take the others along: it is named, and the exit code tells. */
final class Batch {

    /** What is done for an item. */
    interface Work {
        void run() throws Exception;
    }

    private final PrintWriter err;
    private boolean failed;

    Batch(PrintWriter err) {
        this.err = err;
    }

    /** Does it. What cancels the whole goes on up. */
    void attempt(String item, Work work) {
        if (Interruption.requested()) {
            throw new CancellationException("Stopped before " + item);
        }
        try {
            work.run();
        } catch (CancellationException e) {
            throw e;
        } catch (Exception e) {
            fail(item, e);
        }
    }

    /** Names an item that failed. */
    void fail(String item, Exception e) {
        err.println(item + ": " + Failure.message(e));
        failed = true;
    }

    /** The exit code: 1 if an item failed. */
    int code() {
        return failed ? Failure.FAILED : 0;
    }
}
