package io.fullynested;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.nesting.AxisSpace;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Budget;
import io.fullynested.api.search.Evaluation;
import io.fullynested.api.search.Progress;
import io.fullynested.api.search.SearchResult;
import io.fullynested.core.checkpoint.Checkpoint;
import io.fullynested.core.engine.LabelledImages;
import io.fullynested.core.engine.Outputs;
import io.fullynested.core.engine.SubmodelEvaluator;
import io.fullynested.core.model.GraphPasses;
import io.fullynested.core.model.IntegerBias;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.Parameters;
import io.fullynested.core.model.SubmodelExtractor;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.onnx.Format;
import io.fullynested.onnx.OnnxExporter;
import io.fullynested.onnx.OnnxFile;
import io.fullynested.onnx.OnnxVerifier;
import io.fullynested.onnx.Provenance;
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
import java.util.concurrent.CancellationException;
import java.util.function.BiConsumer;

/** A network that was trained: measures, searches, exports and saves it. Not for use by several threads at once. */
public final class TrainedSupernet implements AutoCloseable {

    private final NestedNetwork network;
    private final Trainings trainings;
    private final Parameters masters;
    private final Optional<SubmodelSpec> tuned;
    private SubmodelEvaluator evaluator;

    TrainedSupernet(NestedNetwork network, Trainings trainings, Parameters masters, Optional<SubmodelSpec> tuned) {
        this.network = network;
        this.trainings = trainings;
        this.masters = masters;
        this.tuned = tuned;
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
        return network.costs(options).search(options, evaluator(), progress, network.seed());
    }

    /**
     * The same, with a file that keeps what is measured, for later searches of the same trained network.
     *
     * @param evaluations the file; need not be there
     */
    public SearchResult search(SearchOptions options, Progress progress, Path evaluations) throws IOException {
        try (SavedEvaluations saved = new SavedEvaluations(evaluations, fingerprint(), evaluator())) {
            return network.costs(options).search(options, saved, progress, network.seed());
        }
    }

    /** Tells all that evaluations depend on. */
    private String fingerprint() {
        return new Checkpoint(Map.of("network", network.metadata(tuned).toString()), masters.tensors()).digest();
    }

    /**
     * Trains one submodel further, alone. Only masters that it uses change, of them only batch norms and biases unless the
     * tuning says otherwise; other submodels use some of these too, and are worse off.
     *
     * @return the tuned network; it shares the description and the data of this one, which closing either closes
     * @throws IllegalStateException if the loss is no number any more
     */
    public TrainedSupernet tune(SubmodelSpec spec, Tuning tuning, TrainingListener listener) {
        SubmodelSpec complete = axes().complete(spec);
        Map<String, Tensor> tuned = trainings.tune(masters.tensors(), complete, tuning, listener);
        return new TrainedSupernet(network, trainings, network.parameters(tuned), Optional.of(complete));
    }

    /** {@link #tune}, where that makes the submodel better on validation images; if not, this network. */
    public TrainedSupernet improve(SubmodelSpec spec, Tuning tuning, TrainingListener listener) {
        TrainedSupernet tuned = tune(spec, tuning, listener);
        Dataset images = network.data().validation();
        return tuned.evaluate(spec, images).score() > evaluate(spec, images).score() ? tuned : this;
    }

    /** The submodel that was tuned, if one was. */
    public Optional<SubmodelSpec> tuned() {
        return tuned;
    }

    /** Writes the masters and the description; as a whole or not at all. */
    public void save(Path file) throws IOException {
        new Checkpoint(network.metadata(tuned).write(file, NestedNetwork.version()), masters.tensors()).write(file);
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
        return IntegerBias.round(SubmodelExtractor.extract(evaluator().recalibrated(model)));
    }

    /**
     * A submodel as ONNX, checked.
     *
     * @param onnx      the content of the file
     * @param format    how its numbers are written
     * @param spec      what is kept
     * @param costs     by cost model
     * @param scores    by data split, {@code validation} and {@code test}, as the engine measures them
     * @param parity    how far onnxruntime is from the engine on test images
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
        return export(spec, new OnnxExporter(format));
    }

    /** Exports a submodel and runs the result in onnxruntime, with an exporter of one's own making. */
    public Export export(SubmodelSpec spec, OnnxExporter exporter) {
        SubmodelSpec complete = axes().complete(spec);
        Format format = exporter.format();
        Model model = extract(complete, format);
        Map<String, Double> costs = costs(complete, format);
        Map<String, Evaluation> scores = new TreeMap<>();
        scores.put("validation", network.on(model, one -> Outputs.evaluate(network.scorer(), one, network.data().validation())));
        scores.put("test", network.on(model, one -> Outputs.evaluate(network.scorer(), one, network.data().test())));
        OnnxFile onnx = exporter.export(model, provenance(complete, costs, scores));
        OnnxVerifier.Verification parity = verify(onnx, model);
        if (!format.accepts(parity.optimized()) || !format.accepts(parity.unoptimized())) {
            throw new IllegalStateException("onnxruntime does not compute what was trained: with graph optimisation, " + parity.optimized()
                    + "; without graph optimisation, " + parity.unoptimized() + "; for the submodel " + complete + " in " + format.id());
        }
        return new Export(onnx, format, complete, costs, scores, parity);
    }

    /** A submodel as ONNX, at once: neither measured nor run, so it claims no score. */
    public OnnxFile unverified(SubmodelSpec spec, OnnxExporter exporter) {
        SubmodelSpec complete = axes().complete(spec);
        return exporter.export(extract(complete, exporter.format()), provenance(complete, costs(complete, exporter.format()), Map.of()));
    }

    private Provenance provenance(SubmodelSpec complete, Map<String, Double> costs, Map<String, Evaluation> scores) {
        Map<String, Double> claimed = new TreeMap<>();
        scores.forEach((split, evaluation) -> claimed.put(split, evaluation.score()));
        return new Provenance(NestedNetwork.version(), network.name(), complete, costs, network.metric(), claimed, network.spec().task().outputs(),
                network.data().train().target());
    }

    /**
     * Exports submodels, each checked as {@link #export} does, into one file that shares their codes.
     *
     * @param members  name → what it keeps
     * @param format   of the members, {@link Format#QDQ_INT8} or {@link Format#PACKED}
     * @param tuning   how each member is trained further, alone, where that makes it better; not at all if empty
     * @param progress told after each member
     * @param failed   told of a member that has no codes to share, or that {@link #export} or {@link #tune} fails for; it is left out
     * @throws IllegalArgumentException if the tuning would leave members no codes to share
     */
    public BundleWriter bundle(Map<String, SubmodelSpec> members, Format format, Optional<Tuning> tuning, Progress progress,
                               BiConsumer<String, RuntimeException> failed) {
        if (tuning.filter(Tuning::weights).isPresent()) {
            throw new IllegalArgumentException("Members of a bundle share their weights, so only batch norms and biases can be tuned. Maybe weights: false?");
        }
        BundleWriter bundle = new BundleWriter(masters);
        int done = 0;
        for (Map.Entry<String, SubmodelSpec> member : members.entrySet()) {
            if (progress.cancelled()) {
                throw new CancellationException("The export was cancelled after " + done + " of " + members.size() + " members");
            }
            try {
                TrainedSupernet best = tuning.map(one -> improve(member.getValue(), one, TrainingListener.NONE)).orElse(this);
                Export export = best.export(member.getValue(), format);
                bundle.add(member.getKey(), network.supernet().compile(export.spec()), export.onnx());
            } catch (IllegalArgumentException | IllegalStateException e) {
                failed.accept(member.getKey(), e);
            }
            progress.report((double) ++done / members.size(), member.getKey());
        }
        return bundle;
    }

    /** Outputs of an extracted submodel in the engine, {@code [images, …]}. */
    public Tensor outputs(SubmodelSpec spec, Format format, LabelledImages images) {
        return network.on(extract(spec, format), one -> Outputs.of(one, images));
    }

    private OnnxVerifier.Verification verify(OnnxFile onnx, Model model) {
        Dataset test = network.data().test();
        LabelledImages images = LabelledImages.first(test, Math.min(network.spec().export().parityImages(), test.size()));
        Tensor expected = network.on(model, one -> Outputs.of(one, images));
        return new OnnxVerifier(network.threads(), network.scorer()).compare(onnx.bytes(), images, expected);
    }

    private SubmodelEvaluator evaluator() {
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
