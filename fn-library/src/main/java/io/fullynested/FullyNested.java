package io.fullynested;

import io.fullynested.api.cost.Device;
import io.fullynested.api.cost.Host;
import io.fullynested.api.data.DataSource;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Budget;
import io.fullynested.core.checkpoint.Checkpoint;
import io.fullynested.core.engine.Engine;
import io.fullynested.core.interpreter.EjmlInterpreter;
import io.fullynested.core.model.IllegalBlockException;
import io.fullynested.core.model.Parameters;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.plugin.PluginRegistry;
import io.fullynested.core.spec.ConfigurationException;
import io.fullynested.core.spec.SpecFile;
import io.fullynested.core.spec.SpecReader;
import io.fullynested.core.spec.SpecWriter;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.onnx.Format;
import io.fullynested.search.SearchOptions;
import io.fullynested.search.SubmodelSearch;
import io.fullynested.training.TorchEngine;
import io.fullynested.training.TrainingListener;
import io.fullynested.training.TrainingSession;
import io.fullynested.training.Tuning;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

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
public final class FullyNested implements AutoCloseable {

    private final PluginRegistry registry;
    private final SpecFile<RunSpec> file;
    private final Path base;
    private final Settings settings;
    private final long seed;
    private final Supernet supernet;
    private final Searches searches;
    private final Trainings trainings;
    private DataSource.Splits data;
    private List<Engine> engines;

    private FullyNested(PluginRegistry registry, Costs costs, SpecFile<RunSpec> file, Path base, Settings settings, long seed) {
        this.registry = registry;
        this.file = file;
        this.base = settings.base().map(given -> given.toAbsolutePath().normalize()).orElse(base);
        this.settings = settings;
        this.seed = settings.seed().orElse(seed);
        try {
            this.supernet = new Supernet(file.value().network());
        } catch (IllegalBlockException e) {
            throw file.refuse("network.blocks[" + e.index() + "]", e.getMessage());
        } catch (IllegalArgumentException e) {
            throw file.refuse("network.blocks", e.getMessage());
        }
        this.searches = new Searches(file, supernet, costs);
        searches.check();
        this.trainings = new Trainings(file, supernet, this.base, settings, this.seed, this::data);
        trainings.check();
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
        return open(settings, folder, 1, (reader, registry) -> reader.read(yaml, RunSpec.class));
    }

    /** Opens a description that stands in a program, as if in a file in the working folder. */
    public static FullyNested open(String yaml, Settings settings) {
        return open(settings, Path.of("").toAbsolutePath(), 1, (reader, registry) -> reader.read(yaml, "program", RunSpec.class));
    }

    /**
     * Opens a description that a program made, as {@link io.fullynested.core.spec.Options} helps to. It is the same as if {@link #yaml} stood
     * in a file in the working folder.
     *
     * @throws ConfigurationException   with all that is wrong with it
     * @throws IllegalArgumentException if something in it comes from no plugin, and so could not be read again
     */
    public static FullyNested open(RunSpec spec, Settings settings) {
        return open(settings, Path.of("").toAbsolutePath(), 1,
                (reader, registry) -> reader.read(new SpecWriter(registry).write(spec), "program", RunSpec.class));
    }

    /**
     * Takes up what {@link TrainedSupernet#save} wrote.
     *
     * @throws IOException if the file cannot be read, is no checkpoint, or one of another network
     */
    public static TrainedSupernet load(Path checkpoint, Settings settings) throws IOException {
        Checkpoint read = Checkpoint.read(checkpoint);
        CheckpointMetadata metadata = CheckpointMetadata.read(checkpoint, read.metadata());
        FullyNested fn = open(settings, metadata.base(), metadata.seed(), (reader, registry) -> reader.read(metadata.spec(), metadata.name(), RunSpec.class));
        try {
            fn.supernet.requireMasters(read.tensors());
            return fn.trained(read.tensors(), fn.tuned(metadata));
        } catch (IllegalArgumentException e) {
            fn.close();
            throw new IOException(checkpoint + ": " + e.getMessage(), e);
        }
    }

    private Optional<SubmodelSpec> tuned(CheckpointMetadata metadata) {
        try {
            return metadata.tuned().map(SubmodelSpec::parse).map(supernet.axes()::complete);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("damaged; it was tuned for '" + metadata.tuned().orElse("") + "': " + e.getMessage(), e);
        }
    }

    /** Opens a description, or the one within a checkpoint, for what needs no trained numbers. */
    public static FullyNested openAny(Path file, Settings settings) throws IOException {
        return file.toString().endsWith(".safetensors") ? load(file, settings).network() : open(file, settings);
    }

    private interface Reading {
        SpecFile<RunSpec> read(SpecReader reader, PluginRegistry registry);
    }

    private static FullyNested open(Settings settings, Path base, long seed, Reading reading) {
        PluginRegistry registry = PluginRegistry.load(settings.pluginPath(), settings.plugins());
        registry.failed().forEach(settings.leftOut());
        try {
            Costs costs = new Costs(registry, settings.devices());
            return new FullyNested(registry, costs, reading.read(costs.reader(), registry), base, settings, seed);
        } catch (RuntimeException e) {
            registry.close();
            throw e;
        }
    }

    /** What the file says. */
    public RunSpec spec() {
        return file.value();
    }

    /** The description as YAML; in the words of the file if it was read from one. */
    public String yaml() {
        return file.text();
    }

    /** The name of the file, without its folder. */
    public String name() {
        return Path.of(file.name()).getFileName().toString();
    }

    /** The version of this program. */
    public static String version() {
        String version = FullyNested.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    /** The network. */
    public Supernet supernet() {
        return supernet;
    }

    /** The seed of every random draw. */
    public long seed() {
        return seed;
    }

    /** The threads to compute with. */
    public int threads() {
        return settings.threads();
    }

    /**
     * A problem with the file that showed only later.
     *
     * @param path what it is about, such as {@code search.budgets}; its line is found
     */
    public ConfigurationException refuse(String path, String message) {
        return file.refuse(path, message);
    }

    /**
     * What a program or a person wants searched later.
     *
     * @param yaml  keys and values as under {@code search}; what is not given is as there
     * @param place what to call it in errors
     * @throws ConfigurationException with all that is wrong with it
     */
    public SearchOptions searchOptions(Map<String, String> yaml, String place) {
        return searches.read(yaml, place);
    }

    /** What the description wants searched; if it has no budget, for those in the files of the devices. */
    public SearchOptions search() {
        return searches.standard();
    }

    /** The devices that costs are told of, by name. */
    public Map<String, Device> devices() {
        return searches.devices();
    }

    /** Costs of submodels, trained or not: the usual ones, those that the description names, and those that its budgets limit. */
    public SubmodelSearch costs() {
        return costs(search());
    }

    /** Costs of submodels for budgets and floors of any cost model. */
    public SubmodelSearch costs(SearchOptions wanted) {
        return searches.costs(wanted);
    }

    /** Costs of submodels that are exported to another format than the description says. */
    SubmodelSearch costs(Format format) {
        return searches.costs(format);
    }

    /** What cost models can ask, of networks as this one's submodels are exported. */
    public Host host() {
        return searches.host();
    }

    /**
     * The images.
     *
     * @throws ConfigurationException if they cannot be read, or do not fit the network
     */
    public DataSource.Splits data() {
        if (data == null) {
            DataSource.Splits opened;
            try {
                opened = settings.data().orElse(spec().data()).open(base);
            } catch (IOException e) {
                throw file.refuse("data", e.getMessage());
            }
            Shape expected = supernet.spec().input().shape();
            Shape shape = opened.train().shape();
            if (!shape.equals(expected)) {
                throw file.refuse("network.input", "the images are " + shape + ", not " + expected);
            }
            int classes = opened.train().classes().size();
            if (classes != supernet.classes()) {
                throw file.refuse("network.blocks[" + (spec().network().blocks().size() - 1) + "]", "the data has " + classes
                        + " classes, the network " + supernet.classes() + ". Maybe a last block {kind: classifier, classes: " + classes + "}?");
            }
            data = opened;
        }
        return data;
    }

    /**
     * Trains the network from scratch.
     *
     * @throws ConfigurationException if the images or the options do not fit the network
     * @throws IllegalStateException  if the loss is no number any more, naming the step and the submodel
     */
    public TrainedSupernet train(TrainingListener listener) {
        return trained(trainings.train(Optional.empty(), listener), Optional.empty());
    }

    /**
     * Trains the network, or goes on with a training that was stopped.
     *
     * @param kept file that it is kept in now and then; one of another training is written over. Whoever has saved the network deletes it
     * @throws ConfigurationException as above
     * @throws UncheckedIOException   if the file cannot be read or written
     */
    public TrainedSupernet train(Path kept, TrainingListener listener) {
        return trained(trainings.train(Optional.of(kept), listener), Optional.empty());
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
     * A training for a loop of one's own, to be closed; what it leads to is handed to {@link #trained}.
     *
     * @throws ConfigurationException if the images or the options do not fit the network
     */
    public TrainingSession session() {
        return trainings.session();
    }

    /**
     * The network with master tensors that were trained in whatever way: by a {@link TrainingSession}, or so far in a training that goes on.
     *
     * @throws IllegalArgumentException if they are of another network
     */
    public TrainedSupernet trained(Map<String, Tensor> masters) {
        supernet.requireMasters(masters);
        return trained(masters, Optional.empty());
    }

    /** Trains one submodel further. */
    TrainedSupernet tune(Parameters trained, SubmodelSpec selection, Tuning tuning, TrainingListener listener) {
        return trained(trainings.tune(trained.tensors(), selection, tuning, listener), Optional.of(selection));
    }

    private TrainedSupernet trained(Map<String, Tensor> masters, Optional<SubmodelSpec> tuned) {
        return new TrainedSupernet(this, new Parameters(masters, spec().network().quantization().quantizer()), tuned);
    }

    /** One engine a thread: LibTorch, or the reference interpreter where it has no binary. Each computes on one thread. */
    List<Engine> engines() {
        if (engines == null) {
            engines = IntStream.range(0, settings.threads()).mapToObj(i -> FullyNested.engine()).toList();
        }
        return engines;
    }

    private static Engine engine() {
        try {
            return new TorchEngine(1);
        } catch (IllegalStateException e) {
            return new EjmlInterpreter();
        }
    }

    CheckpointMetadata metadata(Optional<SubmodelSpec> tuned) {
        return new CheckpointMetadata(name(), file.text(), base, seed, tuned.map(SubmodelSpec::toString));
    }

    @Override
    public void close() {
        if (engines != null) {
            engines.forEach(Engine::close);
        }
        registry.close();
    }
}
