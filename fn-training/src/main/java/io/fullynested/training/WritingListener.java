package io.fullynested.training;

import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes how training goes for another program. A disk that is full does not end the training: nothing more is written then, and a warning says so. */
public abstract class WritingListener extends ForwardingListener {

    private static final Logger LOG = LoggerFactory.getLogger(WritingListener.class);

    private final String reader;
    private boolean failed;

    /**
     * Told beside another one.
     *
     * @param reader who reads what is written, for the warning
     * @param next   who is told all
     */
    protected WritingListener(String reader, TrainingListener next) {
        super(next);
        this.reader = reader;
    }

    /** What may fail. */
    @FunctionalInterface
    protected interface Writing {
        /** @throws IOException if it cannot be written */
        void run() throws IOException;
    }

    /** Writes, unless that failed before. */
    protected final void write(Writing writing) {
        if (!failed) {
            try {
                writing.run();
            } catch (IOException e) {
                failed = true;
                LOG.warn("The training goes on, but is not told to {} any more: {}", reader, e.getMessage());
            }
        }
    }
}
