package io.fullynested.training;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.data.Target;
import io.fullynested.api.task.Task;
import io.fullynested.core.checkpoint.Checkpoint;
import io.fullynested.core.io.InputFile;
import io.fullynested.core.io.Printable;
import io.fullynested.core.io.Sha256;
import io.fullynested.core.io.UnreadableException;
import io.fullynested.core.model.Supernet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A training on its way, kept in a file, so that one that was stopped goes on from there, to the same bytes. Images, submodels and learning
 * rate of a step are functions of the seed and its number; what else there is lies in the {@link TrainingSession#state}.
 *
 * @param file written as a whole, now and then; whoever is done with the training deletes it
 * @param key  of the training, see {@link #key}; a file with another key is not gone on with, and written over
 */
public record UnfinishedTraining(Path file, String key) {

    private static final double SECONDS = 30;
    private static final String KEY = "key";

    /**
     * A digest of all that a training is a function of: the network, the task, the images, of which a few stand for all, the options and the seed. Not
     * of the code, nor of the threads.
     */
    public static String key(Supernet net, Dataset images, Task task, TrainingOptions options, Trainer.Start start, long seed) {
        return new Sha256().add(TrainingIdentity.of(net, images, task, options, start, seed).toString()).hex();
    }

    /**
     * Whether there is such a training to go on with.
     *
     * @throws IOException if the file cannot be read, or is none that a training keeps
     */
    public boolean exists() throws IOException {
        return read().isPresent();
    }

    private Optional<Checkpoint> read() throws UnreadableException {
        try {
            return Files.exists(file) ? Optional.of(Checkpoint.read(file)).filter(kept -> key.equals(kept.metadata().get(KEY))) : Optional.empty();
        } catch (UnreadableException e) {
            throw new UnreadableException(file, e.getMessage().substring(Printable.line(file + ": ").length()) + ". Maybe delete it, and train anew?", e);
        }
    }

    /** Takes up what is in the file, if it is of this training. */
    void restore(TrainingSession session, RunningProgress progress) {
        try {
            InputFile.read(file, () -> {
                read().ifPresent(kept -> {
                    session.restore(kept.tensors());
                    progress.restore(kept.metadata());
                });
                return file;
            });
        } catch (UnreadableException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes the file, unless it is some seconds old only. */
    void keepNowAndThen(TrainingSession session, RunningProgress progress) {
        if (progress.secondsSinceKept() > SECONDS) {
            keep(session, progress);
        }
    }

    /** Writes the file. */
    void keep(TrainingSession session, RunningProgress progress) {
        Map<String, String> metadata = new TreeMap<>(progress.kept());
        metadata.put(KEY, key);
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            new Checkpoint(metadata, session.state()).write(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
