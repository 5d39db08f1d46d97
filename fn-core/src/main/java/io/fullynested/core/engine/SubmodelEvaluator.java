package io.fullynested.core.engine;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Evaluation;
import io.fullynested.api.search.Evaluator;
import io.fullynested.core.model.IntegerBias;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.Parameters;
import io.fullynested.core.model.SubmodelExtractor;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.task.Scorer;
import io.fullynested.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Measures submodels of a trained supernet: compiles each, recalibrates its batch norms on a fixed draw of training images, and runs
 * it on validation images in a fixed shuffled order, several submodels at once. What was measured lately is
 * remembered, so to look at more images of a submodel costs only those. Not for use by several threads at once.
 */
public final class SubmodelEvaluator implements Evaluator {

    /** Training images that batch norms are recalibrated on, unless told otherwise. */
    public static final int RECALIBRATION_IMAGES = 500;

    /** Images of a block of divergences: enough that their own statistics serve for those of a recalibration. */
    static final int BLOCK = 50;

    /** Enough for one step of a search, if that is 64 MiB of outputs at most; some 100 kB each with 2,000 validation images of 10 classes. */
    private static final int REMEMBERED = 256;
    private static final long REMEMBERED_OUTPUTS = 1 << 24;

    private final Supernet supernet;
    private final Parameters masters;
    private final Scorer scorer;
    private final Backend backend;
    private final ComputeDevice device;
    private final int parallel;
    private final Recalibration recalibration;
    private final LabelledImages validation;
    private final Map<SubmodelSpec, Measured> remembered;

    /** Outputs of the full model, by block. */
    private final Map<Integer, Tensor> references = new HashMap<>();

    /** What is remembered of a submodel: its statistics, and its outputs on the first images. */
    private record Measured(Map<String, Tensor> statistics, float[] outputs, int images) {
    }

    /** Forgets what was not asked for longest. */
    private static final class Recent extends LinkedHashMap<SubmodelSpec, Measured> {
        private static final long serialVersionUID = 1;

        private final long most;

        Recent(long most) {
            super(16, .75f, true);
            this.most = most;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<SubmodelSpec, Measured> eldest) {
            return size() > most;
        }
    }

    /** An evaluator of a classification, of one submodel at once on the fastest device, which recalibrates on {@link #RECALIBRATION_IMAGES} images. */
    public SubmodelEvaluator(Supernet supernet, Parameters masters, Backend backend, Dataset training, Dataset validation, long seed) {
        this(supernet, masters, Scorer.classification(training), backend, backend.devices().get(0), 1, training, validation, seed, RECALIBRATION_IMAGES);
    }

    /**
     * Reads images when it needs them.
     *
     * @param masters             the trained master tensors
     * @param scorer              says how good outputs are
     * @param backend             what computes; stays the caller's to close
     * @param device              what it computes on
     * @param parallel            how many submodels are measured at once
     * @param training            where images to recalibrate on are drawn from
     * @param validation          what submodels are measured on
     * @param seed                of the draw and the order of images
     * @param recalibrationImages how many images to recalibrate on, at least 2; all of a smaller set
     */
    public SubmodelEvaluator(Supernet supernet, Parameters masters, Scorer scorer, Backend backend, ComputeDevice device, int parallel,
                             Dataset training, Dataset validation, long seed, int recalibrationImages) {
        this.supernet = supernet;
        this.masters = masters;
        this.scorer = scorer;
        this.backend = backend;
        this.device = device;
        this.parallel = parallel;
        this.recalibration = new Recalibration(training, recalibrationImages, seed);
        this.validation = LabelledImages.shuffled(validation, validation.size(), seed).held();
        this.remembered = remembered();
    }

    private SubmodelEvaluator(SubmodelEvaluator other, Parameters masters) {
        this.supernet = other.supernet;
        this.masters = masters;
        this.scorer = other.scorer;
        this.backend = other.backend;
        this.device = other.device;
        this.parallel = other.parallel;
        this.recalibration = other.recalibration;
        this.validation = other.validation;
        this.remembered = remembered();
    }

    /** Measures other masters of the same supernet, in the same way on the same images; those in memory serve both. */
    public SubmodelEvaluator with(Parameters others) {
        return new SubmodelEvaluator(this, others);
    }

    private Map<SubmodelSpec, Measured> remembered() {
        long most = Math.max(2, REMEMBERED_OUTPUTS / ((long) supernet.output().elements() * Math.max(1, validation.size())));
        return Collections.synchronizedMap(new Recent(Math.min(REMEMBERED, most)));
    }

    @Override
    public int images() {
        return validation.size();
    }

    @Override
    public List<Evaluation> evaluate(List<SubmodelSpec> specs, int images) {
        if (images < 1 || images > images()) {
            throw new IllegalArgumentException("Cannot look at " + images + " validation images; there are " + images());
        }
        return inParallel(specs, spec -> evaluate(spec, images));
    }

    @Override
    public int parallel() {
        return parallel;
    }

    @Override
    public int blocks() {
        return Math.max(1, images() / BLOCK);
    }

    @Override
    public List<Double> divergences(List<SubmodelSpec> specs, int block) {
        if (block < 0 || block >= blocks()) {
            throw new IllegalArgumentException("There is no block " + block + " of images; there are " + blocks());
        }
        Tensor images = validation.range(block * BLOCK, Math.min((block + 1) * BLOCK, images())).joined();
        Tensor whole = references.computeIfAbsent(block, b -> asInTraining(supernet.axes().full(), images));
        return inParallel(specs, spec -> scorer.divergence(whole, asInTraining(spec, images)));
    }

    private Tensor asInTraining(SubmodelSpec spec, Tensor images) {
        Model model = compiled(spec);
        return on(model, executable -> Tensor.concat(Recalibration.cut(images, model.graph()).stream().map(executable::runAsInTraining).toList()));
    }

    private <T> T on(Model model, Function<Executable, T> work) {
        try (Executable executable = backend.bind(model, device)) {
            return work.apply(executable);
        }
    }

    /**
     * Several at once; results in order. After one has failed no other begins, and none is still at work when this
     * returns or throws.
     */
    private <T> List<T> inParallel(List<SubmodelSpec> specs, Function<SubmodelSpec, T> measure) {
        List<T> results = new ArrayList<>(Collections.nCopies(specs.size(), null));
        AtomicInteger next = new AtomicInteger();
        CompletableFuture<?>[] workers = IntStream.range(0, Math.min(parallel, specs.size())).mapToObj(worker -> CompletableFuture.runAsync(() -> {
            for (int i = next.getAndIncrement(); i < specs.size(); i = next.getAndIncrement()) {
                results.set(i, measure.apply(specs.get(i)));
            }
        }, SubmodelEvaluator::start).whenComplete((done, failure) -> next.set(specs.size()))).toArray(CompletableFuture[]::new);
        try {
            CompletableFuture.allOf(workers).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
        return List.copyOf(results);
    }

    private Evaluation evaluate(SubmodelSpec spec, int images) {
        Measured before = remembered.get(spec);
        Measured measured = before != null && before.images() >= images ? before : more(spec, before, images);
        int size = measured.outputs().length / measured.images();
        return scorer.start().add(Arrays.copyOf(measured.outputs(), images * size), validation.range(0, images).targets(), images).evaluation();
    }

    private Measured more(SubmodelSpec spec, Measured before, int images) {
        Model model = compiled(spec);
        Map<String, Tensor> statistics = before == null ? statistics(model) : before.statistics();
        int known = before == null ? 0 : before.images();
        float[] rest = on(extracted(model.with(statistics)), one -> Outputs.of(one, validation.range(known, images))).data();
        float[] all = before == null ? rest : Arrays.copyOf(before.outputs(), before.outputs().length + rest.length);
        System.arraycopy(rest, 0, all, all.length - rest.length, rest.length);
        Measured after = new Measured(statistics, all, images);
        remembered.put(spec, after);
        return after;
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "evaluator");
        thread.setDaemon(true);
        thread.start();
    }

    /** Score and loss of a submodel on all images of another set, such as the test set. */
    public Evaluation evaluate(SubmodelSpec spec, Dataset data) {
        return on(extracted(recalibrated(spec)), model -> Outputs.evaluate(scorer, model, data));
    }

    /** What is exported is what is measured, to the rounding of biases, and batch norms that are folded cost nothing. */
    private static Model extracted(Model recalibrated) {
        return IntegerBias.round(SubmodelExtractor.extract(recalibrated));
    }

    /** Outputs of a submodel on the first images of another set, {@code [images, …]}. */
    public Tensor outputs(SubmodelSpec spec, Dataset data, int images) {
        return on(recalibrated(spec), model -> Outputs.of(model, LabelledImages.first(data, images)));
    }

    /** A submodel with its batch-norm statistics: ready to be run, or extracted. */
    public Model recalibrated(SubmodelSpec spec) {
        return recalibrated(compiled(spec));
    }

    /** A model over the masters, such as a compiled graph after a pass, with its batch-norm statistics. */
    public Model recalibrated(Model model) {
        return model.with(statistics(model));
    }

    private Model compiled(SubmodelSpec spec) {
        return new Model(supernet.compile(spec), masters);
    }

    /** The batch-norm statistics of a submodel by name, as {@link Executable#recalibrate} gives them; none if it has no batch norms. */
    public Map<String, Tensor> statistics(SubmodelSpec spec) {
        return statistics(compiled(spec));
    }

    private Map<String, Tensor> statistics(Model model) {
        return model.recalibrated() ? Map.of() : on(model, executable -> recalibration.statistics(executable, model.graph()));
    }
}
