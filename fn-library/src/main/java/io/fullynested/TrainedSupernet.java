package io.fullynested;

import io.fullynested.api.data.DataSource;
import io.fullynested.api.data.Dataset;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.nesting.AxisSpace;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Budget;
import io.fullynested.api.search.Evaluation;
import io.fullynested.api.search.Evaluator;
import io.fullynested.api.search.Progress;
import io.fullynested.api.search.SearchResult;
import io.fullynested.c.CExporter;
import io.fullynested.core.checkpoint.Checkpoint;
import io.fullynested.core.data.DatasetDigest;
import io.fullynested.core.engine.LabelledImages;
import io.fullynested.core.engine.Outputs;
import io.fullynested.core.engine.Recalibration;
import io.fullynested.core.engine.SubmodelEvaluator;
import io.fullynested.core.model.GraphPasses;
import io.fullynested.core.model.IntegerBias;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.Parameters;
import io.fullynested.core.model.SubmodelExtractor;
import io.fullynested.core.spec.ConfigurationException;
import io.fullynested.core.task.Scorer;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.onnx.Format;
import io.fullynested.onnx.Names;
import io.fullynested.onnx.OnnxCosts;
import io.fullynested.onnx.OnnxExporter;
import io.fullynested.onnx.OnnxFile;
import io.fullynested.onnx.OnnxVerifier;
import io.fullynested.onnx.bundle.BundleWriter;
import io.fullynested.search.SavedEvaluations;
import io.fullynested.search.SearchOptions;
import io.fullynested.training.TrainingListener;
import io.fullynested.training.Tuning;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A network that was trained: measures, searches, exports and saves it. Not for use by several threads at once. */
public final class TrainedSupernet implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TrainedSupernet.class);

    private final NestedNetwork network;
    private final Trainings trainings;
    private final Parameters masters;
    private final Optional<SubmodelSpec> tuned;
    private final Optional<String> training;
    private final Optional<TrainingSample> sample;
    private Optional<DataSource.Splits> data;
    private SubmodelEvaluator evaluator;

    TrainedSupernet(NestedNetwork network, Trainings trainings, Parameters masters, Optional<SubmodelSpec> tuned, Optional<String> training,
                    Optional<TrainingSample> sample) {
        this.network = network;
        this.trainings = trainings;
        this.masters = masters;
        this.tuned = tuned;
        this.training = training;
        this.sample = sample;
        sample.ifPresent(images -> network.name(images.target()));
    }

    /** The network that was trained, and its data. */
    public NestedNetwork network() {
        return network;
    }

    /** The axes, of which a selection keeps a prefix each. */
    public AxisSpace axes() {
        return network.supernet().axes();
    }

    /** The master tensors, with what reads their codes. */
    public Parameters parameters() {
        return masters;
    }

    /** What a submodel costs, by cost model. */
    public Map<String, Double> costs(SubmodelSpec spec) {
        return network.costs().costs(axes().complete(spec));
    }

    /** What a submodel costs when it is exported to a format, by cost model. */
    public Map<String, Double> costs(SubmodelSpec spec, Format format) {
        return network.costs(format).costs(axes().complete(spec));
    }

    /** What a person should know beside what a submodel costs, by cost model, such as how much of a latency is a guess. */
    public Map<String, String> caveats(SubmodelSpec spec) {
        return network.costs().caveats(axes().complete(spec));
    }

    /** How good a submodel is on images, its batch norms recalibrated on training images. */
    public Evaluation evaluate(SubmodelSpec spec, Dataset images) {
        return evaluator().evaluate(axes().complete(spec), images);
    }

    /**
     * How good the best answer is that sees no image: always the most frequent class, the mean of a quantity. A network that scores no more has
     * learnt nothing.
     *
     * @return empty if the task knows none
     */
    public Optional<Evaluation> blind(Dataset images) {
        return network.scorer().blind(images);
    }

    /** Finds a submodel for each budget, the way the description says. */
    public SearchResult search(List<Budget> budgets, Progress progress) {
        return search(network.spec().search().withBudgets(budgets), progress);
    }

    /** Finds a submodel for each budget and each floor. */
    public SearchResult search(SearchOptions options, Progress progress) {
        return FileBudgets.search(options, wanted -> network.costs(wanted).search(wanted, evaluator(), progress, network.seed()), this::bytes);
    }

    /**
     * The same, with a file that keeps what is measured, for later searches of the same trained network.
     *
     * @param evaluations the file; need not be there
     */
    public SearchResult search(SearchOptions options, Progress progress, Path evaluations) throws IOException {
        return search(options, progress, evaluations, evaluator());
    }

    /**
     * The same, with submodels measured by something else, such as other machines that were given a {@link ShippedNetwork} of this one.
     *
     * @param elsewhere comes to the numbers that this network's own evaluator would come to, as the file serves both
     */
    public SearchResult search(SearchOptions options, Progress progress, Path evaluations, Evaluator elsewhere) throws IOException {
        try (SavedEvaluations saved = new SavedEvaluations(evaluations, fingerprint(), elsewhere)) {
            return FileBudgets.search(options, wanted -> network.costs(wanted).search(wanted, saved, progress, network.seed()), this::bytes);
        }
    }

    /** Bytes of what is exported of a submodel, as the description says. */
    private double bytes(SubmodelSpec spec) {
        return network.spec().export().c() ? CExporter.bytes(extract(spec, Format.QDQ_INT8))
                : unverified(spec, exporter(network.spec().export().format(graph(spec)))).bytes().length;
    }

    /** A digest of all that evaluations depend on, the images too where they are there: of those to train on, the ones that batch norms are recalibrated on. */
    public String fingerprint() {
        String network = this.network.metadata(tuned, Optional.empty(), Optional.empty()).toString();
        String images = data().map(there -> DatasetDigest.of(there.train(), Recalibration.drawn(there.train(), this.network.spec().training().recalibrationImages(),
                this.network.seed())) + this.network.digests().validation() + this.network.digests().test()).orElse("");
        return new Checkpoint(Map.of("network", network, "images", images), masters.tensors()).digest();
    }

    /**
     * Trains one submodel further, alone. Only masters that it uses change, of them only batch norms and biases unless the
     * tuning says otherwise; other submodels use some of these too, and are worse off.
     *
     * @return the tuned network; it shares the description and the data of this one, which closing either closes
     * @throws IllegalStateException if the loss is no number any more
     */
    public TrainedSupernet tune(SubmodelSpec spec, Tuning tuning, TrainingListener listener) {
        return tune(spec, tuning, Optional.empty(), listener);
    }

    /**
     * The same, or what is left of it if it was stopped.
     *
     * @param kept file that it is kept in now and then, see {@link FullyNested#train(Path, TrainingListener)}
     */
    public TrainedSupernet tune(SubmodelSpec spec, Tuning tuning, Optional<Path> kept, TrainingListener listener) {
        SubmodelSpec complete = axes().complete(spec);
        Map<String, Tensor> tuned = trainings.tune(masters.tensors(), complete, tuning, kept, listener);
        return new TrainedSupernet(network, trainings, network.parameters(tuned), Optional.of(complete), training, sample);
    }

    /** {@link #tune}, where that makes the submodel better on validation images; if not, this network. */
    public TrainedSupernet improve(SubmodelSpec spec, Tuning tuning, Optional<Path> kept, TrainingListener listener) {
        TrainedSupernet tuned = tune(spec, tuning, kept, listener);
        Dataset images = network.data().validation();
        return tuned.evaluate(spec, images).score() > evaluate(spec, images).score() ? tuned : this;
    }

    /** The submodel that was tuned, if one was. */
    public Optional<SubmodelSpec> tuned() {
        return tuned;
    }

    /**
     * Writes the masters, the description, and the training images that batch norms are recalibrated on, as many of them as take 4 MiB; as a
     * whole or not at all.
     */
    public void save(Path file) throws IOException {
        String images = sample.or(() -> data().map(there -> TrainingSample.of(there.train(), network.spec().training().recalibrationImages(),
                network.seed()))).orElseThrow().text();
        new Checkpoint(network.metadata(tuned, training, Optional.of(images)).write(file, NestedNetwork.version()), masters.tensors()).write(file);
    }

    /** The network that a selection is, which {@link Format#misfit} and {@link io.fullynested.onnx.Target#format} ask for. */
    public Graph graph(SubmodelSpec spec) {
        return network.supernet().compile(axes().complete(spec));
    }

    /**
     * A submodel as constants, its batch norms folded, as a format takes it. Where the format has no codes, signals are clipped as in
     * training but not rounded, and batch norms were recalibrated so; otherwise biases are rounded as integer runtimes do.
     */
    public Model extract(SubmodelSpec spec, Format format) {
        Graph graph = graph(spec);
        Model model = new Model(format.coded() ? graph : GraphPasses.clipped(graph), masters);
        return IntegerBias.round(SubmodelExtractor.extract(recalibrated(model)));
    }

    /**
     * The tensors of a submodel as a module of PyTorch calls them, for {@code load_state_dict}: weights rounded to their bits, batch norms recalibrated,
     * not folded; they add 1e-5 to variances.
     */
    public Map<String, Tensor> stateDict(SubmodelSpec spec) {
        return StateDict.of(recalibrated(new Model(GraphPasses.clipped(graph(spec)), masters)));
    }

    private Model recalibrated(Model model) {
        return model.recalibrated() ? model : data().isPresent() ? evaluator().recalibrated(model)
                : model.with(network.on(model, one -> new Recalibration(sample.orElseThrow().images()).statistics(one, model.graph())));
    }

    /** The images; empty if they are not where the description says, but a sample is in the checkpoint. */
    Optional<DataSource.Splits> data() {
        if (data == null) {
            try {
                data = Optional.of(network.data());
            } catch (ConfigurationException e) {
                // whoever says where the data are wants them
                if (sample.isEmpty() || network.settings().base().isPresent() || network.settings().data().isPresent()) {
                    throw e;
                }
                LOG.warn("{} Until then, batch norms are recalibrated on {} {} training images that are kept in the checkpoint, and no accuracy is "
                        + "measured", e.getMessage(), sample.get().complete() ? "the" : "the first", sample.get().images().size());
                data = Optional.empty();
            }
        }
        return data;
    }

    /** What tells whether two answers agree. */
    Scorer trialScorer() {
        // files of before targets were kept have none but of classes
        boolean kept = data().isEmpty() && sample.orElseThrow().trials().target().kind() == sample.orElseThrow().target().kind();
        return kept ? network.scorer(sample.orElseThrow().trials()) : network.scorer();
    }

    /** Images to try an export on: the test set, or, where there are no data, training images that were kept in the checkpoint. */
    public Dataset trials() {
        return data().map(DataSource.Splits::test).orElseGet(() -> sample.orElseThrow().trials());
    }

    /**
     * A submodel as ONNX, checked.
     *
     * @param onnx      the content of the file
     * @param format    how its numbers are written
     * @param spec      what is kept
     * @param costs     by cost model
     * @param scores    by data split, {@code validation} and {@code test}, as the engine measures them; none where there are no data
     * @param parity    how far onnxruntime is from the engine on {@link #trials}
     */
    public record Export(OnnxFile onnx, Format format, SubmodelSpec spec, Map<String, Double> costs, Map<String, Evaluation> scores,
                         OnnxVerifier.Verification parity) {

        /** The score on a data split. */
        public double score(String split) {
            return scores.get(split).score();
        }

        /** Writes the file as a whole or not at all. */
        public void write(Path file) throws IOException {
            onnx.write(file);
        }
    }

    /**
     * Exports a submodel and runs the result in onnxruntime.
     *
     * @throws IllegalArgumentException if the format cannot hold it
     * @throws IllegalStateException    if onnxruntime does not compute what the engine does, with the figures
     */
    public Export export(SubmodelSpec spec, Format format) {
        return export(spec, exporter(format));
    }

    private OnnxExporter exporter(Format format) {
        return new OnnxExporter(format).named(network.spec().export().names());
    }

    /** Exports a submodel and runs the result in onnxruntime, with an exporter of one's own making. */
    public Export export(SubmodelSpec spec, OnnxExporter exporter) {
        SubmodelSpec complete = axes().complete(spec);
        Format format = exporter.format();
        Model model = extract(complete, format);
        Map<String, Double> costs = new TreeMap<>(costs(complete, format));
        Map<String, Evaluation> scores = scores(model);
        OnnxFile onnx = written(exporter, model, complete, costs, scores);
        costs.replace(FileBudgets.SIZE, (double) onnx.bytes().length);
        costs.replace("executed-macs", (double) OnnxCosts.of(onnx.proto()).executed());
        OnnxVerifier.Verification parity = verify(onnx, model);
        if (!format.accepts(parity.optimized()) || !format.accepts(parity.unoptimized())) {
            throw new IllegalStateException("onnxruntime does not compute what was trained: with graph optimisation, " + parity.optimized()
                    + "; without graph optimisation, " + parity.unoptimized() + "; for the submodel " + complete + " in " + format.id());
        }
        return new Export(onnx, format, complete, costs, scores, parity);
    }

    /** How good an extracted submodel is, by data split; empty where there are no data. */
    Map<String, Evaluation> scores(Model model) {
        Map<String, Evaluation> scores = new TreeMap<>();
        data().ifPresent(there -> {
            scores.put("validation", network.on(model, one -> Outputs.evaluate(network.scorer(), one, there.validation())));
            scores.put("test", network.on(model, one -> Outputs.evaluate(network.scorer(), one, there.test())));
        });
        return scores;
    }

    /** A submodel as ONNX, at once: neither measured nor run, so it claims no score. */
    public OnnxFile unverified(SubmodelSpec spec, OnnxExporter exporter) {
        return unverified(spec, extract(spec, exporter.format()), exporter);
    }

    /** The same of what was extracted before. */
    OnnxFile unverified(SubmodelSpec spec, Model model, OnnxExporter exporter) {
        SubmodelSpec complete = axes().complete(spec);
        return written(exporter, model, complete, costs(complete, exporter.format()), Map.of());
    }

    private OnnxFile written(OnnxExporter exporter, Model model, SubmodelSpec complete, Map<String, Double> costs, Map<String, Evaluation> scores) {
        return exporter.ending(network.tail()).export(model, network.provenance(complete, costs, scores), Optional.of(network.widest()));
    }

    /**
     * Exports submodels, each checked as {@link #export} does, into one file that shares their codes.
     *
     * @param members  name → what it keeps
     * @param format   of the members, {@link Format#QDQ_INT8} or {@link Format#PACKED}
     * @param tuning   how each member is trained further, alone, where that makes it better; not at all if empty
     * @param progress told after each member
     * @param kept     folder for the files of members that are done, so that the same call after a stop goes on; whoever calls deletes it. It is
     *                 for the same arguments only
     * @param failed   told of a member that has no codes to share, or that {@link #export} or {@link #tune} fails for; it is left out
     * @throws IllegalArgumentException if the tuning would leave members no codes to share
     */
    public BundleWriter bundle(Map<String, SubmodelSpec> members, Format format, Optional<Tuning> tuning, Progress progress, Path kept,
                               BiConsumer<String, RuntimeException> failed) throws IOException {
        if (tuning.filter(Tuning::weights).isPresent()) {
            throw new IllegalArgumentException("Members of a bundle share their weights, so only batch norms and biases can be tuned. Maybe weights: false?");
        }
        network.requireNoTail("A bundle");
        OnnxExporter exporter = new OnnxExporter(format, BundleWriter.OPSET).named(Names.LONG);
        return new FamilyBundle(masters, kept, this::graph, (member, begun, listener) -> tuning.map(one -> improve(member, one, Optional.of(begun), listener))
                .orElse(this).export(member, exporter).onnx()).write(members, progress, failed);
    }

    /** Outputs of an extracted submodel in the engine, and what is made of them where files end in another network, {@code [images, …]}. */
    public Tensor outputs(SubmodelSpec spec, Format format, LabelledImages images) {
        return ended(network.on(extract(spec, format), one -> Outputs.of(one, images)));
    }

    private Tensor ended(Tensor outputs) {
        return network.tail().map(tail -> tail.of(outputs, network.threads())).orElse(outputs);
    }

    /** What a file of an extracted network is tried by. */
    Trial trial(Model model) {
        Dataset test = trials();
        LabelledImages images = LabelledImages.first(test, Math.min(network.spec().export().parityImages(), test.size()));
        return new Trial(images, network.on(model, one -> Outputs.of(one, images)), trialScorer());
    }

    private OnnxVerifier.Verification verify(OnnxFile onnx, Model model) {
        Trial trial = trial(model);
        OnnxVerifier verifier = network.tail().isPresent() ? new OnnxVerifier(network.threads()) : new OnnxVerifier(network.threads(), trial.scorer());
        return verifier.compare(onnx.bytes(), trial.images(), ended(trial.expected()));
    }

    /** Measures submodels here, as {@link #search} does. */
    public SubmodelEvaluator evaluator() {
        if (evaluator == null) {
            evaluator = new SubmodelEvaluator(network.supernet(), masters, network.scorer(), network.backend(), network.device(), network.threads(), network.data().train(),
                    network.data().validation(), network.seed(), network.spec().training().recalibrationImages());
        }
        return evaluator;
    }

    @Override
    public void close() {
        network.close();
    }
}
