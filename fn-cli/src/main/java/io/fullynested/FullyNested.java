package io.fullynested;

import io.fullynested.api.cost.CostModel;
import io.fullynested.api.data.DataSource;
import io.fullynested.api.plugin.Option;
import io.fullynested.api.search.Budget;
import io.fullynested.core.checkpoint.Checkpoint;
import io.fullynested.core.engine.Engine;
import io.fullynested.core.interpreter.EjmlInterpreter;
import io.fullynested.core.model.IllegalBlockException;
import io.fullynested.core.model.MasterParameter;
import io.fullynested.core.model.Parameters;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.plugin.PluginRegistry;
import io.fullynested.core.plugin.Role;
import io.fullynested.core.spec.ConfigurationException;
import io.fullynested.core.spec.Problem;
import io.fullynested.core.spec.SpecFile;
import io.fullynested.core.spec.SpecReader;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.search.InfeasibleBudgetException;
import io.fullynested.search.SubmodelSearch;
import io.fullynested.training.TorchEngine;
import io.fullynested.training.Trainer;
import io.fullynested.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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

    private static final String FORMAT = "fully-nested checkpoint 1";

    private final PluginRegistry registry;
    private final SpecFile<RunSpec> file;
    private final Path base;
    private final Settings settings;
    private final Supernet supernet;
    private final Map<String, CostModel> costModels = new TreeMap<>();
    private DataSource.Splits data;
    private List<Engine> engines;

    private FullyNested(PluginRegistry registry, SpecFile<RunSpec> file, Path base, Settings settings) {
        this.registry = registry;
        this.file = file;
        this.base = base;
        this.settings = settings;
        try {
            this.supernet = new Supernet(file.value().network());
        } catch (IllegalBlockException e) {
            throw file.refuse("network.blocks[" + e.index() + "]", e.getMessage());
        } catch (IllegalArgumentException e) {
            throw file.refuse("network.blocks", e.getMessage());
        }
        SpecReader reader = new SpecReader(registry);
        for (String kind : registry.kinds(Role.COST_MODEL).all().keySet()) {
            if (registry.kinds(Role.COST_MODEL).get(kind).options().getRecordComponents().length == 0) {
                costModels.put(kind, reader.make(Role.COST_MODEL, kind));
            }
        }
        checkBudgets(file, "search.budgets", spec().search().budgets());
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
        return open(settings, folder, reader -> reader.read(yaml, RunSpec.class));
    }

    /**
     * Takes up what {@link TrainedSupernet#save} wrote.
     *
     * @throws IOException if the file cannot be read, is no checkpoint, or one of another network
     */
    public static TrainedSupernet load(Path checkpoint, Settings settings) throws IOException {
        Checkpoint read = Checkpoint.read(checkpoint);
        Map<String, String> metadata = read.metadata();
        if (!FORMAT.equals(metadata.get("format"))) {
            throw new IOException(checkpoint + " is no checkpoint of this program: its metadata lack 'format: " + FORMAT + "'");
        }
        Settings trained = new Settings(Long.parseLong(metadata.get("seed")), settings.threads(), settings.pluginPath());
        FullyNested fn = open(trained, Path.of(metadata.get("base")),
                reader -> reader.read(metadata.get("spec"), metadata.get("name"), RunSpec.class));
        fn.requireMasters(checkpoint, read.tensors());
        return fn.trained(read.tensors());
    }

    private interface Reading {
        SpecFile<RunSpec> read(SpecReader reader) throws IOException;
    }

    private static FullyNested open(Settings settings, Path base, Reading reading) throws IOException {
        PluginRegistry registry = PluginRegistry.load(settings.pluginPath());
        try {
            return new FullyNested(registry, reading.read(new SpecReader(registry)), base, settings);
        } catch (RuntimeException | IOException e) {
            registry.close();
            throw e;
        }
    }

    /** What the file says. */
    public RunSpec spec() {
        return file.value();
    }

    /** The name of the file. */
    public String name() {
        return file.name();
    }

    /** The network. */
    public Supernet supernet() {
        return supernet;
    }

    /** Seed, threads, plugins. */
    public Settings settings() {
        return settings;
    }

    /**
     * Budgets that a program or a person made up later.
     *
     * @param yaml  a list of budgets as under {@code search.budgets}
     * @param place what to call it in errors
     * @throws ConfigurationException with all that is wrong with them
     */
    public List<Budget> budgets(String yaml, String place) {
        SpecFile<Budgets> read = new SpecReader(registry).read("budgets: " + yaml, place, Budgets.class);
        checkBudgets(read, "budgets", read.value().budgets());
        return read.value().budgets();
    }

    private record Budgets(@Option("what submodels may cost") List<Budget> budgets) {
    }

    /** Costs of submodels, trained or not. */
    public SubmodelSearch costs() {
        return new SubmodelSearch(supernet, costModels);
    }

    /**
     * The images.
     *
     * @throws IOException            if they cannot be read
     * @throws ConfigurationException if they do not fit the network
     */
    public DataSource.Splits data() throws IOException {
        if (data == null) {
            DataSource.Splits opened = spec().data().open(base);
            var input = supernet.spec().input();
            var shape = opened.train().shape();
            if (shape.channels() != input.channels() || shape.height() != input.height() || shape.width() != input.width()) {
                throw file.refuse("network.input", "the images are " + shape + ", not " + input.channels() + "×" + input.height() + "×" + input.width());
            }
            if (opened.train().classes().size() != supernet.classes()) {
                throw file.refuse("network.blocks[" + (spec().network().blocks().size() - 1) + "]",
                        "the data has " + opened.train().classes().size() + " classes, the network " + supernet.classes());
            }
            data = opened;
        }
        return data;
    }

    /** Trains the network from scratch. */
    public TrainedSupernet train(TrainingListener listener) throws IOException {
        DataSource.Splits images = data();
        try {
            return trained(Trainer.train(supernet, images.train(), spec().training(), settings.seed(), settings.threads(), listener));
        } catch (IllegalArgumentException e) {
            throw file.refuse("training", e.getMessage());
        }
    }

    private TrainedSupernet trained(Map<String, Tensor> masters) {
        return new TrainedSupernet(this, new Parameters(masters, spec().network().quantization().quantizer()));
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

    Map<String, String> metadata(String version) {
        return Map.of("format", FORMAT, "version", version, "name", file.name(), "spec", file.text(), "base", base.toString(),
                "seed", String.valueOf(settings.seed()));
    }

    /** Budgets that nothing can meet are refused before anything is trained. */
    private void checkBudgets(SpecFile<?> from, String path, List<Budget> budgets) {
        List<Problem> problems = new ArrayList<>();
        for (int i = 0; i < budgets.size(); i++) {
            try {
                costs().checkFeasible(List.of(budgets.get(i)));
            } catch (InfeasibleBudgetException e) {
                problems.addAll(from.refuse(path + "[" + i + "]", e.getMessage()).problems());
            }
        }
        if (!problems.isEmpty()) {
            throw new ConfigurationException(from.name(), problems);
        }
    }

    private void requireMasters(Path checkpoint, Map<String, Tensor> tensors) throws IOException {
        for (MasterParameter master : supernet.masters()) {
            Tensor tensor = tensors.get(master.name());
            if (tensor == null || !Arrays.equals(tensor.shape(), master.shape())) {
                throw new IOException(checkpoint + " is of another network: " + master.name() + " should be " + Arrays.toString(master.shape())
                        + ", found " + (tensor == null ? "nothing" : Arrays.toString(tensor.shape())));
            }
        }
        if (tensors.size() != supernet.masters().size()) {
            throw new IOException(checkpoint + " is of another network: it has " + tensors.size() + " tensors, " + supernet.masters().size()
                    + " are expected");
        }
    }

    @Override
    public void close() {
        if (engines != null) {
            engines.forEach(Engine::close);
        }
        registry.close();
    }
}
