package io.fullynested.training;

import io.fullynested.api.task.Task;
import io.fullynested.core.checkpoint.Checkpoint;
import io.fullynested.core.io.Identity;
import io.fullynested.core.io.InputFile;
import io.fullynested.core.io.Printable;
import io.fullynested.core.io.UnreadableException;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A training on its way, kept in a file, so that one that was stopped goes on from there, to the same bytes. Images, submodels and learning
 * rate of a step are functions of the seed and its number; what else there is lies in the {@link TrainingSession#state},
 * and in what validation images gave, with the masters that were best.
 *
 * @param file     written as a whole, now and then; those before it are beside it, with {@code .1} and so on behind the name. Whoever is done
 *                 with the training deletes them, see {@link #delete}
 * @param key      of the training, the text of its {@link #identity}; a file with another key is not gone on with, and written over
 * @param schedule when it is written
 */
public record UnfinishedTraining(Path file, String key, Schedule schedule) {

    private static final Logger LOG = LoggerFactory.getLogger(UnfinishedTraining.class);
    private static final String KEY = "key";
    private static final String KERNELS = "kernels";

    /**
     * All that a training is a function of: the network, the task, the images, the options and the seed. Not the code, nor the threads.
     *
     * @param images their {@link io.fullynested.core.data.DatasetDigest}
     */
    public static Identity identity(Supernet net, String images, Task task, TrainingOptions options, Trainer.Start start, long seed) {
        return TrainingIdentity.of(net, images, task, options, start, seed);
    }

    /**
     * When a training is kept, and for how long.
     *
     * @param seconds between two times; infinite if steps alone tell
     * @param steps   between two times; 0 if seconds alone tell
     * @param last    how many are kept: if the newest is damaged, the one before it serves
     */
    public record Schedule(double seconds, long steps, int last) {

        /** Every half a minute, the last two. */
        public static final Schedule STANDARD = new Schedule(30, 0, 2);
        private static final int MOST = 100;

        /** @throws IllegalArgumentException if it would be kept never, or none would */
        public Schedule {
            if (!(seconds > 0) || steps < 0 || last < 1 || last > MOST || steps == 0 && seconds == Double.POSITIVE_INFINITY) {
                throw new IllegalArgumentException("A training is kept every so many seconds or steps, and 1 to " + MOST + " are kept; found " + seconds
                        + " seconds, " + steps + " steps, the last " + last);
            }
        }

        private boolean isTime(RunningProgress progress) {
            return progress.secondsSinceKept() >= seconds || steps > 0 && progress.step() % steps == 0;
        }
    }

    /** A training that is kept as most are. */
    public UnfinishedTraining(Path file, String key) {
        this(file, key, Schedule.STANDARD);
    }

    /**
     * Whether there is such a training to go on with.
     *
     * @throws IOException if the file cannot be read, or is none that a training keeps
     */
    public boolean exists() throws IOException {
        return read().isPresent();
    }

    /**
     * What has changed since the newest that is there was kept, by name.
     *
     * @return empty if nothing has, or there is none
     * @throws IOException if the file cannot be read, or is none that a training keeps
     */
    public List<String> changes() throws IOException {
        return newest().map(kept -> Identity.differing(key, kept.metadata().getOrDefault(KEY, ""))).orElse(List.of());
    }

    /** The newest that is whole, if it is of this training. */
    private Optional<Checkpoint> read() throws UnreadableException {
        return newest().filter(kept -> key.equals(kept.metadata().get(KEY)));
    }

    private Optional<Checkpoint> newest() throws UnreadableException {
        UnreadableException damaged = null;
        Path first = file;
        for (Path kept : files()) {
            try {
                Checkpoint whole = Checkpoint.read(kept);
                if (damaged != null) {
                    LOG.warn("{}. The training goes on from {}, which was kept before it", damaged.getMessage(), kept);
                }
                return Optional.of(whole);
            } catch (UnreadableException e) {
                first = damaged == null ? kept : first;
                damaged = damaged == null ? e : damaged;
            }
        }
        if (damaged != null) {
            throw new UnreadableException(first, damaged.getMessage().substring(Printable.line(first + ": ").length()) + ". Maybe delete it, and train anew?", damaged);
        }
        return Optional.empty();
    }

    /** Those that are there, the newest first. */
    private List<Path> files() {
        return IntStream.rangeClosed(0, Schedule.MOST).mapToObj(this::aged).filter(Files::exists).toList();
    }

    private Path aged(int age) {
        return age == 0 ? file : file.resolveSibling(file.getFileName() + "." + age);
    }

    /** Deletes what was kept of the training, once it is not needed any more. */
    public void delete() throws IOException {
        for (Path kept : files()) {
            Files.delete(kept);
        }
    }

    /** Takes up what is in the file, if it is of this training. */
    void restore(TrainingSession session, RunningProgress progress) {
        try {
            InputFile.read(file, () -> {
                read().ifPresent(kept -> {
                    String before = kept.metadata().getOrDefault(KERNELS, FusedPass.WITHOUT);
                    if (!before.equals(FusedPass.kernels())) {
                        LOG.warn("The training was kept by a program {}, and goes on {}: it will differ in last digits from one that was not stopped", before,
                                FusedPass.kernels());
                    }
                    session.restore(kept.tensors());
                    progress.restore(kept.metadata(), kept.tensors());
                });
                return file;
            });
        } catch (UnreadableException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes the file if it is time to. A disk that is full does not end the training. */
    void keepNowAndThen(TrainingSession session, RunningProgress progress) {
        if (schedule.isTime(progress)) {
            try {
                keep(session, progress);
            } catch (UncheckedIOException e) {
                LOG.warn("The training goes on, but could not be kept: {}", e.getCause().getMessage());
            }
        }
    }

    /** Writes the file. */
    void keep(TrainingSession session, RunningProgress progress) {
        Map<String, String> metadata = new TreeMap<>(progress.kept());
        metadata.put(KEY, key);
        metadata.put(KERNELS, FusedPass.kernels());
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            for (int age = schedule.last() - 1; age > 0; age--) {
                if (Files.exists(aged(age - 1))) {
                    Files.move(aged(age - 1), aged(age), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
                }
            }
            Map<String, Tensor> tensors = new TreeMap<>(session.state());
            tensors.putAll(progress.tensors());
            new Checkpoint(metadata, tensors).write(file);
            LOG.info("Kept the training after step {} in {}", progress.step(), file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
