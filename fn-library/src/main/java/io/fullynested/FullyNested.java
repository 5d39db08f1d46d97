package io.fullynested;

import io.fullynested.core.checkpoint.Checkpoint;
import io.fullynested.core.io.Identity;
import io.fullynested.core.model.Model;
import io.fullynested.core.spec.ConfigurationException;
import io.fullynested.core.spec.SpecWriter;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.training.Ranks;
import io.fullynested.training.TrainingListener;
import io.fullynested.training.TrainingSession;
import io.fullynested.training.UnfinishedTraining;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A network that a YAML file describes, with its data: trains it, or takes up what was trained before. The way in for programs.
 *
 * <pre>{@code
 * try (FullyNested fn = FullyNested.open(Path.of("quickstart.yaml"))) {
 *     TrainedSupernet net = fn.train(TrainingListener.NONE);
 *     SearchResult found = net.search(List.of(new Budget("tiny", Map.of("macs", 200_000.0))), Progress.NONE);
 *     net.export(found.chosen().get("tiny").spec(), Format.QDQ_INT8).write(Path.of("tiny.onnx"));
 * }
 * }</pre>
 */
public final class FullyNested extends NestedNetwork {

    private final Trainings trainings;

    private FullyNested(Opening opening) {
        super(opening);
        this.trainings = new Trainings(this);
        try {
            trainings.check();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Opens a description with the standard settings. */
    public static FullyNested open(Path yaml) throws IOException {
        return open(yaml, Settings.standard());
    }

    /**
     * Opens a description. Its data are opened when they are first needed.
     *
     * @throws ConfigurationException with all that is wrong with it
     * @throws IOException            if it cannot be read
     */
    public static FullyNested open(Path yaml, Settings settings) throws IOException {
        Path folder = yaml.toAbsolutePath().normalize().getParent();
        return new FullyNested(Opening.of(settings, folder, 1, (reader, registry) -> reader.read(yaml, RunSpec.class)));
    }

    /** Opens a description that stands in a program, as if in a file in the working folder. */
    public static FullyNested open(String yaml, Settings settings) {
        return inProgram(settings, (reader, registry) -> reader.read(yaml, "program", RunSpec.class));
    }

    /**
     * Opens a description that a program made, as {@link io.fullynested.core.spec.Options} helps to. It is the same as if {@link #yaml} stood
     * in a file in the working folder.
     *
     * @throws ConfigurationException   with all that is wrong with it
     * @throws IllegalArgumentException if something in it comes from no plugin, and so could not be read again
     */
    public static FullyNested open(RunSpec spec, Settings settings) {
        return inProgram(settings, (reader, registry) -> reader.read(new SpecWriter(registry).write(spec), "program", RunSpec.class));
    }

    private static FullyNested inProgram(Settings settings, Opening.Reading reading) {
        return new FullyNested(Opening.of(settings, Path.of("").toAbsolutePath(), 1, reading));
    }

    /**
     * Takes up what {@link TrainedSupernet#save} wrote.
     *
     * @throws IOException if the file cannot be read, is no checkpoint, or one of another network
     */
    public static TrainedSupernet load(Path checkpoint, Settings settings) throws IOException {
        SavedNetwork<FullyNested> saved = SavedNetwork.read(checkpoint, settings, FullyNested::new);
        return saved.network().trained(saved);
    }

    /** Opens a description, or the one within a checkpoint, for what needs no trained numbers. */
    public static FullyNested openAny(Path file, Settings settings) throws IOException {
        return file.toString().endsWith(".safetensors") ? SavedNetwork.read(file, settings, FullyNested::new).network() : open(file, settings);
    }

    /**
     * Trains the network from scratch.
     *
     * @throws ConfigurationException if the images or the options do not fit the network
     * @throws IllegalStateException  if the loss is no number any more, naming the step and the submodel
     */
    public TrainedSupernet train(TrainingListener listener) {
        return train(Optional.empty(), UnfinishedTraining.Schedule.STANDARD, Ranks.ALONE, listener);
    }

    /**
     * Trains the network, or goes on with a training that was stopped.
     *
     * @param kept file that it is kept in now and then; one of another training is written over. Whoever has saved the network deletes it
     * @throws ConfigurationException as above
     * @throws UncheckedIOException   if the file cannot be read or written
     */
    public TrainedSupernet train(Path kept, TrainingListener listener) {
        return train(kept, UnfinishedTraining.Schedule.STANDARD, listener);
    }

    /** The same, with a schedule of one's own of when it is kept. */
    public TrainedSupernet train(Path kept, UnfinishedTraining.Schedule schedule, TrainingListener listener) {
        return train(Optional.of(kept), schedule, Ranks.ALONE, listener);
    }

    /**
     * Trains the network together with other processes, all of which are given the same description, data and seed, and call this at the same time.
     *
     * @param kept  file that rank 0 keeps the training in now and then, if it does; others write none. What another number of ranks kept is gone on with
     * @param ranks who trains
     * @return the same on all ranks, but what only validation images tell: rank 0 alone looks at them, and alone gives the best epoch or goes back as
     *         {@code guard} wants it
     * @throws ConfigurationException as above; or, on all ranks, if they were not given the same, naming what differs
     * @throws IllegalStateException  as above; or if a rank is lost
     */
    public TrainedSupernet train(Optional<Path> kept, UnfinishedTraining.Schedule schedule, Ranks ranks, TrainingListener listener) {
        Map<String, Tensor> masters = trainings.train(kept, schedule, ranks, listener);
        return new TrainedSupernet(this, trainings, parameters(masters), Optional.empty(), Optional.of(trainings.identity().toString()), Optional.empty());
    }

    /**
     * What is in a checkpoint, if a training of this very description, seed and images made it, with this version of the program. So whoever
     * finds it need not train again. The result shares the description and the data of this one.
     *
     * @throws IOException if there is such a file and it cannot be read
     */
    public Optional<TrainedSupernet> trained(Path checkpoint) throws IOException {
        return SavedNetwork.of(this, trainings.identity().toString(), checkpoint).map(this::trained);
    }

    private TrainedSupernet trained(SavedNetwork<FullyNested> saved) {
        return new TrainedSupernet(this, trainings, parameters(saved.masters()), saved.tuned(), saved.training(), saved.sample());
    }

    /** All that training, searching and exporting as the description says depends on; the files of devices, too. */
    public Identity identity() throws IOException {
        StringBuilder devices = new StringBuilder();
        for (Path device : settings().devices()) {
            devices.append(Files.readString(device));
        }
        return trainings.identity().withDigest("validation images", digests().validation()).withDigest("test images", digests().test())
                .with("description", yaml() + settings().overrides()).with("devices", devices.toString());
    }

    /**
     * Whether a file keeps a training of this description, seed and images, so that {@link #train(Path, TrainingListener)} goes on with it.
     *
     * @throws IOException if there is such a file and it cannot be read
     */
    public boolean resumes(Path kept) throws IOException {
        return trainings.resumes(kept);
    }

    /**
     * What is other than when a file kept a training, or than when a checkpoint was trained, by name: {@code seed}, {@code training images}.
     *
     * @return empty if nothing is, or there is no such file
     * @throws IOException if it cannot be read
     */
    public List<String> changes(Path file) throws IOException {
        Optional<String> trained = Files.exists(file) ? Optional.ofNullable(Checkpoint.read(file).metadata().get(CheckpointMetadata.TRAINING)) : Optional.empty();
        return trained.isPresent() ? Identity.differing(trainings.identity().toString(), trained.get()) : trainings.changes(file);
    }

    /**
     * A training for a loop of one's own, to be closed; what it leads to is handed to {@link #trained}.
     *
     * @throws ConfigurationException if the images or the options do not fit the network
     */
    public TrainingSession session() {
        return session(Ranks.ALONE);
    }

    /**
     * A training of which several processes take a part each, all with the same description, data and seed.
     *
     * @throws ConfigurationException if the images or the options do not fit the network
     */
    public TrainingSession session(Ranks ranks) {
        return trainings.session(ranks);
    }

    /**
     * The network with master tensors that were trained in whatever way: by a {@link TrainingSession}, or so far in a training that goes on.
     *
     * @throws IllegalArgumentException if they are of another network
     */
    public TrainedSupernet trained(Map<String, Tensor> masters) {
        supernet().requireMasters(masters);
        return new TrainedSupernet(this, trainings, parameters(masters), Optional.empty(), Optional.empty(), Optional.empty());
    }

    @Override
    Model teacher(Path checkpoint) throws IOException {
        try (SavedNetwork<FullyNested> saved = SavedNetwork.read(checkpoint, settings().withOverrides(Map.of()), FullyNested::new)) {
            return saved.full();
        }
    }
}
