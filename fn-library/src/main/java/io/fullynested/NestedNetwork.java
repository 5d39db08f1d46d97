package io.fullynested;

import io.fullynested.api.cost.Device;
import io.fullynested.api.cost.Host;
import io.fullynested.api.data.DataSource;
import io.fullynested.api.data.Dataset;
import io.fullynested.api.data.Target;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Evaluation;
import io.fullynested.core.engine.Backend;
import io.fullynested.core.engine.ComputeDevice;
import io.fullynested.core.engine.Executable;
import io.fullynested.core.engine.NoNativeLibraryException;
import io.fullynested.core.engine.Recalibration;
import io.fullynested.core.engine.WrongResultsException;
import io.fullynested.core.interpreter.EjmlInterpreter;
import io.fullynested.core.io.Printable;
import io.fullynested.core.model.IllegalBlockException;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.Parameters;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.plugin.PluginRegistry;
import io.fullynested.core.plugin.Role;
import io.fullynested.core.spec.ConfigurationException;
import io.fullynested.core.spec.SpecFile;
import io.fullynested.core.task.Scorer;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.onnx.Format;
import io.fullynested.onnx.FrozenTail;
import io.fullynested.onnx.OnnxSession;
import io.fullynested.onnx.Provenance;
import io.fullynested.onnx.Stopwatch;
import io.fullynested.search.SearchOptions;
import io.fullynested.search.SubmodelSearch;
import io.fullynested.training.Ranks;
import io.fullynested.training.TorchEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A network that a YAML file describes, with its data, its costs and the backend that computes it, but nothing that was trained.
 */
public abstract class NestedNetwork implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(NestedNetwork.class);

    private final PluginRegistry registry;
    private final SpecFile<RunSpec> file;
    private final Path base;
    private final Settings settings;
    private final long seed;
    private final Supernet supernet;
    private final Searches searches;
    private final NetworkData data;
    private Scorer scorer;
    private Backend backend;
    private Optional<FrozenTail> tail = Optional.empty();

    /** @throws ConfigurationException if it cannot be built, or nothing can be found in it that is looked for */
    NestedNetwork(Opening opening) {
        this.registry = opening.registry();
        this.file = opening.file();
        this.settings = opening.settings();
        this.base = settings.base().map(given -> given.toAbsolutePath().normalize()).orElse(opening.base());
        this.seed = settings.seed().orElse(opening.seed());
        try {
            this.supernet = built(file);
            this.data = new NetworkData(file, taskName(), supernet, new NetworkData.Place(base, settings.data(), opening.saved()), new Teachers());
            this.searches = new Searches(file, supernet, opening.costs(), this::widest);
            searches.check();
        } catch (RuntimeException e) {
            registry.close();
            throw e;
        }
    }

    private static Supernet built(SpecFile<RunSpec> file) {
        try {
            Supernet built = new Supernet(file.value().network());
            built.require(NetworkData.outputs(file, built));
            return built;
        } catch (ConfigurationException e) {
            throw e;
        } catch (IllegalBlockException e) {
            throw file.refuse("network.blocks[" + e.index() + "]", e.getMessage());
        } catch (IllegalArgumentException e) {
            throw file.refuse("network.blocks", e.getMessage());
        }
    }

    /** What the file says. */
    public RunSpec spec() {
        return file.value();
    }

    /** Each single value that stands in it by its path, such as {@code training.epochs}. */
    public Map<String, String> values() {
        return file.values();
    }

    /** The description as YAML; in the words of the file if it was read from one. */
    public String yaml() {
        return file.text();
    }

    /** The name of the file, without its folder. */
    public String name() {
        return Printable.line(Path.of(file.name()).getFileName().toString());
    }

    /** The version of this program. */
    public static String version() {
        String version = NestedNetwork.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    /** The versions of the libraries that results depend on, by name, as far as they tell. */
    public static Map<String, String> libraries() {
        Map<String, String> versions = new TreeMap<>();
        versions.put("libtorch", TorchEngine.version());
        versions.put("onnxruntime", OnnxSession.version());
        return versions;
    }

    /** The network. */
    public Supernet supernet() {
        return supernet;
    }

    /** The seed of every random draw. */
    public long seed() {
        return seed;
    }

    /** What is a run's, not the network's. */
    Settings settings() {
        return settings;
    }

    /** The folder that relative paths in the description start from. */
    Path base() {
        return base;
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

    /** Costs of submodels that are exported as C. */
    SubmodelSearch costsAsC() {
        return searches.costsAsC();
    }

    /** What cost models can ask, of networks as this one's submodels are exported. */
    public Host host() {
        return searches.host();
    }

    /** The same, but what is timed is timed by a stopwatch that may be on another machine. */
    public Host host(Stopwatch stopwatch) {
        return searches.host(stopwatch);
    }

    /**
     * The images.
     *
     * @throws ConfigurationException if they cannot be read, or do not fit the network
     */
    public DataSource.Splits data() {
        return data.splits();
    }

    /** Digests of the data; made once, as all bytes are looked at. */
    NetworkData.Digests digests() {
        return data.digests();
    }

    /** Lets the teacher of the task, if it has one, give back its memory until it is asked again; what it said is kept. */
    void restTeacher() {
        data.restTeacher();
    }

    /** Tells what the classes or quantities are called, where there are no data to tell. */
    void name(Target named) {
        data.name(named);
    }

    /**
     * The full network of a checkpoint, its batch norms not recalibrated yet where it does not bring their statistics.
     *
     * @throws IOException if it cannot be read
     */
    abstract Model teacher(Path checkpoint) throws IOException;

    /**
     * What exported files end in, left as it is.
     *
     * @throws ConfigurationException if it cannot be read
     */
    public Optional<FrozenTail> tail() {
        if (tail.isEmpty() && spec().export().tail().isPresent()) {
            try {
                tail = Optional.of(FrozenTail.read(base.resolve(spec().export().tail().get())));
            } catch (IOException e) {
                throw file.refuse("export.tail", e.getMessage());
            }
        }
        return tail;
    }

    /** @throws ConfigurationException if what is exported should end in another network, which a form of it cannot hold */
    void requireNoTail(String form) {
        if (spec().export().tail().isPresent()) {
            throw file.refuse("export.tail", form + " holds what is nested only, but the network ends in " + spec().export().tail().get()
                    + ", left as it is. Maybe --format float32 or qdq-int8?");
        }
    }

    private final class Teachers implements NetworkData.Teachers {

        @Override
        public Model read(Path checkpoint) throws IOException {
            return teacher(checkpoint);
        }

        @Override
        public Model recalibrated(Model model, Dataset training) {
            return NestedNetwork.this.recalibrated(model, training);
        }

        @Override
        public Executable bind(Model model) {
            return backend().bind(model, device());
        }
    }

    /** What a file of a submodel says of its origin. */
    Provenance provenance(SubmodelSpec selection, Map<String, Double> costs, Map<String, Evaluation> scores) {
        return origin().of(selection, costs, scores);
    }

    /** The most that a file of a submodel says of its origin; the names of classes only if the data were opened, or a checkpoint has them. */
    Provenance widest() {
        return origin().widest();
    }

    private SubmodelOrigin origin() {
        return new SubmodelOrigin(version(), name(), spec(), supernet, data.target());
    }

    /** The kind of the task. */
    public String taskName() {
        return registry.kinds(Role.TASK).kindOf(spec().task());
    }

    /** The name of the metric that scores are of. */
    public String metric() {
        return spec().task().scoreName();
    }

    /**
     * Says how good outputs are.
     *
     * @throws ConfigurationException if the task does not go with the data
     */
    public Scorer scorer() {
        if (scorer == null) {
            try {
                scorer = scorer(data().train());
            } catch (IllegalArgumentException e) {
                throw file.refuse("task", e.getMessage());
            }
        }
        return scorer;
    }

    /** Says how good outputs are, by what is to be known of some data. */
    Scorer scorer(Dataset training) {
        return Scorer.of(spec().task(), training, supernet.outputs());
    }

    /** Master tensors with what reads their codes. */
    Parameters parameters(Map<String, Tensor> masters) {
        return new Parameters(masters, spec().network().quantization().quantizer());
    }

    /**
     * LibTorch, or the reference interpreter where it has no binary, which is said. Each network is computed by the thread that asks.
     *
     * @throws WrongResultsException if LibTorch computes wrongly on this processor
     */
    Backend backend() {
        if (backend == null) {
            backend = opened();
        }
        return backend;
    }

    private Backend opened() {
        try {
            return new TorchEngine(1);
        } catch (NoNativeLibraryException e) {
            String note = "computing with the reference interpreter, many times slower: " + e.getMessage();
            LOG.warn("{}", note);
            settings.notes().accept(note);
            return new EjmlInterpreter();
        }
    }

    /**
     * What is computed on: what the settings say, or else the fastest device.
     *
     * @throws io.fullynested.core.engine.UnavailableDeviceException if there is none such here
     */
    ComputeDevice device() {
        return present(settings.device().orElseGet(() -> backend().devices().get(0)));
    }

    /** What is trained on, which the description may say, too. Of several processes on a machine each has a GPU, from that one upwards. */
    ComputeDevice device(Ranks ranks) {
        ComputeDevice first = settings.device().or(() -> spec().training().computeDevice()).orElseGet(() -> backend().devices().get(0));
        return present(first.kind() == ComputeDevice.Kind.CPU ? first : new ComputeDevice(first.kind(), first.index() + ranks.local()));
    }

    private ComputeDevice present(ComputeDevice device) {
        backend().require(device);
        return device;
    }

    /** Lets a model be run where this network's are. */
    <T> T on(Model model, Function<Executable, T> work) {
        try (Executable executable = backend().bind(model, device())) {
            return work.apply(executable);
        }
    }

    /** A model with the statistics that its batch norms find in training images, of which none stays in memory. */
    Model recalibrated(Model model, Dataset training) {
        return model.with(on(model, one -> Recalibration.once(training, spec().training().recalibrationImages(), seed).statistics(one, model.graph())));
    }

    /** The bytes that a checkpoint of the network takes at most, whatever is trained. */
    public long checkpointBytes() {
        return CheckpointMetadata.MOST_BYTES + yaml().length() + supernet().masters().stream()
                .mapToLong(master -> (long) Float.BYTES * Arrays.stream(master.shape()).asLongStream().reduce(1, Math::multiplyExact)).sum();
    }

    CheckpointMetadata metadata(Optional<SubmodelSpec> tuned, Optional<String> training, Optional<String> sample) {
        return new CheckpointMetadata(name(), file.text(), base, seed, tuned.map(SubmodelSpec::toString), training, sample);
    }

    @Override
    public void close() {
        data.close();
        if (backend != null) {
            backend.close();
        }
        registry.close();
    }
}
