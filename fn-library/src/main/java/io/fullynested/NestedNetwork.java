package io.fullynested;

import io.fullynested.api.cost.Device;
import io.fullynested.api.cost.Host;
import io.fullynested.api.data.DataSource;
import io.fullynested.api.data.Dataset;
import io.fullynested.api.data.Target;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Evaluation;
import io.fullynested.api.task.Task;
import io.fullynested.core.checkpoint.Checkpoint;
import io.fullynested.core.data.DatasetDigest;
import io.fullynested.core.engine.Backend;
import io.fullynested.core.engine.ComputeDevice;
import io.fullynested.core.engine.Executable;
import io.fullynested.core.engine.NoNativeLibraryException;
import io.fullynested.core.engine.Recalibration;
import io.fullynested.core.engine.TaughtDataset;
import io.fullynested.core.engine.WrongResultsException;
import io.fullynested.core.interpreter.EjmlInterpreter;
import io.fullynested.core.io.Printable;
import io.fullynested.core.model.IllegalBlockException;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.Parameters;
import io.fullynested.core.model.SubmodelExtractor;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.plugin.PluginRegistry;
import io.fullynested.core.plugin.Role;
import io.fullynested.core.spec.ConfigurationException;
import io.fullynested.core.spec.Overrides;
import io.fullynested.core.spec.SpecFile;
import io.fullynested.core.spec.SpecReader;
import io.fullynested.core.task.Scorer;
import io.fullynested.core.task.TaskOutputs;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A network that a YAML file describes, with its data, its costs and the backend that computes it, but nothing that was trained.
 */
public abstract class NestedNetwork implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(NestedNetwork.class);

    /** More than is counted in a file that somebody exports here. */
    private static final double MOST_COUNTED = 99_999_999_999.0;
    /** With as many decimals as a file says. */
    private static final double WIDEST_SCORE = -0.123456;

    private final PluginRegistry registry;
    private final SpecFile<RunSpec> file;
    private final Path base;
    private final Settings settings;
    private final long seed;
    private final boolean saved;
    private final Supernet supernet;
    private final Searches searches;
    private Target target = Target.nothing();
    private DataSource.Splits data;
    private Digests digests;
    private Scorer scorer;
    private Backend backend;
    private RestingExecutable teaching;
    private Optional<FrozenTail> tail = Optional.empty();

    /**
     * What a network is opened with.
     *
     * @param base the folder that relative paths in the description start from, if the settings know none
     * @param seed  of every random draw, if the settings have none
     * @param saved whether the description is that of a checkpoint, which may have been moved away from its data
     */
    record Opening(PluginRegistry registry, Costs costs, SpecFile<RunSpec> file, Path base, Settings settings, long seed, boolean saved) {

        /** Finds the plugins and reads the description, which may be of their kinds. */
        static Opening of(Settings settings, Path base, long seed, Reading reading) {
            return of(settings, base, seed, false, reading);
        }

        /** The same, of a description that a checkpoint holds or not. */
        static Opening of(Settings settings, Path base, long seed, boolean saved, Reading reading) {
            PluginRegistry registry = PluginRegistry.load(settings.pluginPath(), settings.plugins());
            registry.failed().forEach(settings.leftOut());
            try {
                Costs costs = Costs.of(registry, settings.devices());
                return new Opening(registry, costs, reading.read(costs.reader().with(new Overrides(settings.overrides())), registry), base, settings, seed, saved);
            } catch (RuntimeException e) {
                registry.close();
                throw e;
            }
        }
    }

    /** A way to a description. */
    interface Reading {
        SpecFile<RunSpec> read(SpecReader reader, PluginRegistry registry);
    }

    /** @throws ConfigurationException if it cannot be built, or nothing can be found in it that is looked for */
    NestedNetwork(Opening opening) {
        this.registry = opening.registry();
        this.file = opening.file();
        this.settings = opening.settings();
        this.base = settings.base().map(given -> given.toAbsolutePath().normalize()).orElse(opening.base());
        this.seed = settings.seed().orElse(opening.seed());
        this.saved = opening.saved();
        try {
            this.supernet = built(file);
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
            built.require(about(file, built));
            return built;
        } catch (ConfigurationException e) {
            throw e;
        } catch (IllegalBlockException e) {
            throw file.refuse("network.blocks[" + e.index() + "]", e.getMessage());
        } catch (IllegalArgumentException e) {
            throw file.refuse("network.blocks", e.getMessage());
        }
    }

    private static TaskOutputs about(SpecFile<RunSpec> file, Supernet net) {
        try {
            return new TaskOutputs(file.value().task(), net.outputs());
        } catch (IllegalArgumentException e) {
            throw file.refuse("task", e.getMessage());
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
        if (data == null) {
            Task task = spec().task();
            DataSource.Splits opened;
            try {
                opened = settings.data().orElse(spec().data()).open(base, task.target());
            } catch (IOException e) {
                throw file.refuse("data", e.getMessage() + (saved ? " Or, if the checkpoint was moved, --base FOLDER that the paths in its description start "
                        + "from, or --data SPEC, a description of the same data?" : ""));
            }
            try {
                spec().network().requireParts(opened.train());
            } catch (IllegalArgumentException e) {
                throw file.refuse(spec().network().input().isPresent() ? "network.input" : "network.inputs", e.getMessage());
            }
            Target given = opened.train().target();
            if (task.target() != Target.Kind.NOTHING && task.target() != given.kind()) {
                throw file.refuse("data", "the task " + taskName() + " needs " + task.target().noun() + ", the data give " + given.kind().noun());
            }
            if (task.target() == Target.Kind.CLASS && given.names().size() == 1) {
                throw file.refuse("data", "the data has one class, '" + given.names().get(0) + "', so there is nothing to tell apart. Maybe another label?");
            }
            if (task.teacher().isPresent()) {
                opened = taught(opened, task.teacher().get());
            }
            try {
                about(file, supernet).check(opened.train().target());
            } catch (IllegalArgumentException e) {
                throw file.refuse(supernet.outputs().size() > 1 ? "network.outputs" : "network.blocks[" + (spec().network().blocks().size() - 1) + "]",
                        e.getMessage());
            }
            data = opened;
            target = opened.train().target();
        }
        return data;
    }

    /** Digests of all images of each set, with their targets. */
    record Digests(String train, String validation, String test) {
    }

    /** Those of the data; made once, as all bytes are looked at. */
    Digests digests() {
        if (digests == null) {
            DataSource.Splits all = data();
            long start = System.nanoTime();
            digests = new Digests(DatasetDigest.of(all.train()), DatasetDigest.of(all.validation()), DatasetDigest.of(all.test()));
            LOG.info("Looked at all bytes of {} images in {} ms", all.train().size() + all.validation().size() + all.test().size(),
                    (System.nanoTime() - start) / 1_000_000);
        }
        return digests;
    }

    /** The same images with the outputs of a trained network as their targets. */
    private DataSource.Splits taught(DataSource.Splits images, Path checkpoint) {
        Taught taught = taughtBy(images, checkpoint);
        teaching = new RestingExecutable(backend().bind(taught.model(), device()), () -> backend().bind(taughtBy(images, checkpoint).model(), device()));
        String identity = taught.identity();
        Shape output = taught.model().graph().output().shape();
        UnaryOperator<Dataset> asked = some -> new TaughtDataset(some, teaching, identity, output);
        return new DataSource.Splits(asked.apply(images.train()), asked.apply(images.validation()), asked.apply(images.test()), images.notes());
    }

    /**
     * The teacher of a task.
     *
     * @param model    extracted
     * @param identity a digest of what it was made of
     */
    private record Taught(Model model, String identity) {
    }

    private Taught taughtBy(DataSource.Splits images, Path checkpoint) {
        Model full;
        try {
            full = teacher(base.resolve(checkpoint));
        } catch (IOException e) {
            throw file.refuse("task", e.getMessage());
        }
        Shape takes = full.graph().sample();
        if (!takes.holdsAs(images.train().shape())) {
            throw file.refuse("task", "the teacher takes images of " + takes + ", the data has " + images.train().shape());
        }
        requireOutputs(full.graph().outputs().stream().map(Node::shape).toList());
        String identity = new Checkpoint(Map.of("graph", full.graph().toString()), full.parameters().tensors()).digest();
        return new Taught(SubmodelExtractor.extract(full.recalibrated() ? full : recalibrated(full, images.train())), identity);
    }

    /** Lets the teacher of the task, if it has one, give back its memory until it is asked again; what it said is kept. */
    void restTeacher() {
        if (teaching != null) {
            teaching.rest();
        }
    }

    private void requireOutputs(List<Shape> taught) {
        List<Shape> own = spec().task().output().map(name -> List.of(supernet.outputs().get(name))).orElse(List.copyOf(supernet.outputs().values()));
        if (taught.size() != own.size() || own.size() > 1 && !taught.equals(own)) {
            throw file.refuse("task", "the teacher gives " + described(taught) + ", what is to imitate it " + described(own) + ". Maybe the outputs of the teacher?");
        }
    }

    private static String described(List<Shape> outputs) {
        return outputs.stream().map(Shape::described).collect(Collectors.joining(" and "));
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

    /** What a file of a submodel says of its origin. */
    Provenance provenance(SubmodelSpec selection, Map<String, Double> costs, Map<String, Evaluation> scores) {
        Map<String, Double> claimed = new TreeMap<>();
        scores.forEach((split, evaluation) -> claimed.put(split, evaluation.score()));
        return claiming(selection, costs, claimed);
    }

    private Provenance claiming(SubmodelSpec selection, Map<String, Double> costs, Map<String, Double> scores) {
        Map<String, Double> counted = new TreeMap<>(costs);
        counted.keySet().retainAll(Provenance.COUNTED);
        return new Provenance(version(), name(), selection, counted, metric(), scores, outputs(), target, spec().export().metadata());
    }

    /** The most that a file of a submodel says of its origin; the names of classes only if the data were opened, or a checkpoint has them. */
    Provenance widest() {
        Map<String, Double> costs = new TreeMap<>();
        Provenance.COUNTED.forEach(cost -> costs.put(cost, MOST_COUNTED));
        return claiming(supernet.axes().full(), costs, Map.of("validation", WIDEST_SCORE, "test", WIDEST_SCORE));
    }

    /** Tells what the classes or quantities are called, where there are no data to tell. */
    void name(Target named) {
        target = data == null ? named : target;
    }

    /** What the task says of the output, under the name that the network gives it; or of which of several outputs. */
    private String outputs() {
        String outputs = spec().task().outputs();
        if (supernet.outputs().size() > 1) {
            return spec().task().output().orElse("each") + ": " + outputs;
        }
        return spec().network().onlyOutput().map(name -> outputs.replaceFirst("^\\S+", name)).orElse(outputs);
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
        if (teaching != null) {
            teaching.close();
        }
        if (backend != null) {
            backend.close();
        }
        registry.close();
    }
}
