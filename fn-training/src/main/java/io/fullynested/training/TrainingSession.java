package io.fullynested.training;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.data.Target;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.task.Task;
import io.fullynested.core.data.DatasetDigest;
import io.fullynested.core.data.ReadAhead;
import io.fullynested.core.engine.ComputeDevice;
import io.fullynested.core.engine.Executable;
import io.fullynested.core.engine.Recalibration;
import io.fullynested.core.engine.TaughtDataset;
import io.fullynested.core.engine.UnavailableDeviceException;
import io.fullynested.core.model.MasterParameter;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.Ranking;
import io.fullynested.core.model.SubmodelExtractor;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.task.Scorer;
import io.fullynested.core.task.TaskOutputs;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.training.StepOrder.Part;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A training whose steps the caller takes: {@link #gradients}, {@link #reduce}, {@link #update}, in this order; in between whatever else
 * has to be done to the gradient. {@link Trainer} is the loop that most need. Not for use by several threads at once.
 *
 * <pre>{@code
 * for (long step = 0; step < session.steps(); step++) {
 *     session.gradients(step, session.draw(step));
 *     session.reduce();
 *     session.update(session.learningRate(step));
 * }
 * }</pre>
 */
public final class TrainingSession implements AutoCloseable {

    /** Steps in which the noise that channels bear is learnt. */
    private static final int NOISY_STEPS = 200;

    private final Supernet supernet;
    private final Dataset images;
    private final Randomness randomness;
    private final TrainingOptions options;
    private final Optional<Trainer.Only> only;
    private final BatchReader batches;
    private final ReadAhead<Batch> ahead;
    private final SubmodelSampler sampler;
    private final long most;
    private final Units units;
    private final Ranks ranks;
    private final StepOrder order;
    private final Replica replica;
    private List<SubmodelSpec> submodels = List.of();
    private SubmodelSampler.Stage stage;
    private Outcome outcome;
    private double[] losses = new double[0];
    /** The ratios of signal to noise that the network was ranked by, if it was. */
    private Map<String, float[]> noise = Map.of();
    private long number;

    /**
     * What a step reports.
     *
     * @param loss  mean of its submodels
     * @param score of all their answers, by the metric of the task
     */
    public record Outcome(double loss, double score) {
    }

    /** Prepares a training of a classification, in this process alone. */
    public TrainingSession(Supernet supernet, Dataset images, TrainingOptions options, Trainer.Start start, long seed, int threads) {
        this(supernet, images, options, start, seed, Ranks.ALONE, threads);
    }

    /** Prepares a training of a classification, on the processor. */
    public TrainingSession(Supernet supernet, Dataset images, TrainingOptions options, Trainer.Start start, long seed, Ranks ranks, int threads) {
        this(supernet, images, Scorer.classification(images), options, start, seed, ranks, ComputeDevice.CPU, threads);
    }

    /**
     * Prepares a training. All ranks do so at the same time, with the same arguments but for the threads.
     *
     * @param scorer  what is to be learnt of the images
     * @param seed    of the initial weights, the order of the images and the submodels drawn
     * @param ranks   who trains; each takes its share of the images of every step
     * @param device  where it is computed
     * @param threads how many threads to use: each of a step's submodels gets one, what is left over the operators
     * @throws IllegalArgumentException if the images or the teacher do not fit the network, or the options the axes; or, on all ranks, if they
     *                                  were not given the same, naming what differs
     * @throws UnavailableDeviceException if there is no such device here
     * @throws IllegalStateException    if LibTorch has no binary for this machine, or a rank is lost
     */
    public TrainingSession(Supernet supernet, Dataset images, Scorer scorer, TrainingOptions options, Trainer.Start start, long seed, Ranks ranks,
                           ComputeDevice device, int threads) {
        require(supernet, images, scorer.task(), options.augmentation());
        require(supernet, options.distillation(), start.teacher());
        if (!Loss.isOfClasses(scorer.objective()) && (options.labelSmoothing() > 0 || options.distillation().from() != Distillation.From.NONE)) {
            throw new IllegalArgumentException("label-smoothing and distillation are of classifications. Maybe task: imitate, which learns from a "
                    + "trained network alone?");
        }
        if (options.augmentation().mixes() && !(images instanceof TaughtDataset) && (images.target().kind() != Target.Kind.CLASS || !Loss.isOfClasses(scorer.objective()))) {
            throw new IllegalArgumentException("mixup and cutmix mix classes, or images for a teacher of the task imitate, and the task is neither. Maybe none of both?");
        }
        if (ranks.count() > 1) {
            TrainingIdentity.requireSame(ranks, TrainingIdentity.of(supernet, DatasetDigest.of(images), scorer.task(), options, start, seed)
                    .withDigest("code of the program", TrainingIdentity.code()));
        }
        if (options.warmStart().filter(warm -> warm.rank() == WarmStart.Rank.SIGNAL_TO_NOISE).isPresent()
                && (images.target().kind() != Target.Kind.CLASS || !Loss.isOfClasses(scorer.objective()) || supernet.outputs().size() > 1)) {
            throw new IllegalArgumentException("warm-start.rank: signal-to-noise is of classifications with one output. Maybe rank: norm?");
        }
        LibTorch.load(device, threads);
        if (options.warmStart().filter(warm -> warm.rank() == WarmStart.Rank.SIGNAL_TO_NOISE).isEmpty() && supernet.axes().axes().stream()
                .anyMatch(axis -> options.orderedDropout(axis.level()) instanceof Learned kind && kind.from() == Learned.From.SIGNAL_TO_NOISE)) {
            throw new IllegalArgumentException("ordered dropout learned begins with the noise that terms bear, which no warm start measures. Maybe "
                    + "warm-start: {share: 0.2, rank: signal-to-noise}?");
        }
        this.supernet = supernet;
        this.images = images;
        this.randomness = new Randomness(seed);
        this.options = options;
        this.only = start.only();
        this.ranks = ranks;
        this.batches = new BatchReader(images, options.batchSize(), options.batchesPerStep(), options.augmentation(), new Randomness(seed), ranks);
        this.sampler = new SubmodelSampler(supernet.axes(), options, seed);
        sampler.check();
        this.most = (long) TrainingLength.epochs(supernet, options) * batches.stepsPerEpoch();
        this.order = new StepOrder(most);
        Map<String, Tensor> initial = Initializer.initial(supernet.masters(), InputMoments.of(supernet.spec(), images, ranks), seed, options.zeroInitResidual());
        this.units = Units.of(supernet, scorer.objective().moments());
        start.masters().map(units::learnt).ifPresent(initial::putAll);
        List<MasterParameter> missing = start.masters().map(trained -> missing(supernet, trained)).orElse(supernet.masters());
        Map<String, Tensor> first = sampler.alone(most) == 0 ? ranked(initial) : initial;
        Loss.Span span = only.isEmpty() && options.opening().acts(options) ? Loss.span(scorer.objective(), options, images) : Loss.Span.UNKNOWN;
        this.replica = new Replica(supernet, options, scorer, units, first, start.teacher().map(teacher -> teacher(teacher, images, options, device, seed)),
                span, options.cost().isPresent() ? TrainingLength.of(supernet, options).share() : Double.NaN, TorchDevice.of(device), threads);
        sampler.follow(replica.draws(), replica.opened());
        if (!noise.isEmpty()) {
            sampler.begin(noise);
        }
        this.ahead = batches.ahead(most);
        try {
            if (missing.stream().anyMatch(master -> master.role() == MasterParameter.Role.CLIP)) {
                replica.calibrate(batches.read(0));
            }
            replica.agree(ranks, batches.share());
            only.ifPresentOrElse(one -> replica.only(one.submodel(), List.of(), one.weights()), () -> replica.scale(sampler));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** From now on draws as if all had opened. */
    void openAll() {
        replica.opened().all();
    }

    /** Passes over the training images, see {@link TrainingLength}. */
    public int epochs() {
        return (int) (steps() / batches.stepsPerEpoch());
    }

    /**
     * Steps of the whole training, whole epochs. Where its {@linkplain TrainingOptions#cost cost} is given, they become fewer while draws that have
     * not opened yet cost more than all those to come.
     */
    public long steps() {
        long epochsLess = options.cost().isPresent() ? (long) Math.ceil(replica.opened().more() / batches.stepsPerEpoch()) : 0;
        long begun = number / batches.stepsPerEpoch() + 1;
        return Math.max(begun * batches.stepsPerEpoch(), most - epochsLess * batches.stepsPerEpoch());
    }

    /** Steps of an epoch. */
    public int stepsPerEpoch() {
        return batches.stepsPerEpoch();
    }

    /** Images of a step, on all ranks together. */
    public int imagesPerStep() {
        return batches.size();
    }

    /**
     * The submodels of a step, as the options say; the same on all ranks. A function of the seed, the step, counted from 0, and how far draws have opened
     * or what they have learnt.
     */
    public List<SubmodelSpec> draw(long number) {
        order.requireStep(number);
        return only.map(one -> Collections.nCopies(options.submodelsPerStep(), one.submodel())).orElseGet(() -> sampler.draw(number, steps()));
    }

    /** The learning rate of a step, as the options say. */
    public double learningRate(long number) {
        order.requireStep(number);
        SubmodelSampler.Stage stage = sampler.partOf(number, steps());
        return replica.opened().rate() * options.optimizer().learningRate(number - stage.from(), stage.to() - stage.from());
    }

    /**
     * Computes the mean gradient of some submodels, each on its share of the step's images, or all on the same ones, as the options say.
     *
     * @param number counted from 0, below {@link #steps()}; the images are a function of it
     * @param chosen at most as many as the options say; with distillation in place, the full network first
     * @return what the images of this rank gave
     * @throws IllegalArgumentException if there is no such step, there are too many submodels, or one names an axis or a keep that does not exist
     * @throws IllegalStateException    if a loss is no finite number, naming the step and the submodel; or if the step before has not been ended
     */
    public Outcome gradients(long number, List<SubmodelSpec> chosen) {
        order.require(Part.GRADIENTS);
        order.requireStep(number);
        if (chosen.isEmpty() || chosen.size() > options.submodelsPerStep()) {
            throw new IllegalArgumentException("A step takes 1 to " + options.submodelsPerStep() + " submodels, found " + chosen.size()
                    + ". Maybe more submodels-per-step?");
        }
        submodels = chosen.stream().map(supernet.axes()::complete).toList();
        if (number > 0 && number == sampler.alone(steps())) {
            replica.restart(this::ranked);
            sampler.begin(noise);
        }
        SubmodelSampler.Stage now = sampler.partOf(number, steps());
        if (!now.equals(stage)) {
            stage = now;
            now.trains().ifPresent(one -> replica.only(one, now.keeps().stream().toList(), true));
        }
        outcome = replica.gradients(number, steps(), ahead.get(number), submodels);
        losses = replica.losses();
        this.number = number;
        order.begun(number);
        return outcome;
    }

    /**
     * Makes ranks agree on what the step has found: the gradient, and the clips, which follow the images. Each gets the mean, weighted by how
     * many images a rank has seen, so all do the same update and stay equal to the byte. Nothing changes for one alone.
     *
     * @return what the images of all ranks gave
     * @throws IllegalStateException if no gradients came before, or a rank is lost
     */
    public Outcome reduce() {
        order.require(Part.REDUCE);
        if (ranks.count() > 1) {
            float[] figures = new float[2 + losses.length];
            figures[0] = (float) outcome.loss();
            figures[1] = (float) outcome.score();
            IntStream.range(0, losses.length).forEach(i -> figures[2 + i] = (float) losses[i]);
            float[] means = replica.agree(ranks, batches.share(), figures);
            outcome = new Outcome(means[0], means[1]);
            Arrays.setAll(losses, i -> means[2 + i]);
        }
        order.reduced();
        return outcome;
    }

    /**
     * A copy of the gradient, that of one master after the other in an order that depends on the network only. Clips of quantised signals
     * have none: they follow the images.
     */
    public float[] gradient() {
        order.requireGradient();
        return replica.gradient();
    }

    /**
     * Puts another gradient in the place of the one computed last; after {@link #reduce}, the same on all ranks.
     *
     * @throws IllegalArgumentException if it has not as many numbers
     * @throws IllegalStateException    if none has been computed
     */
    public void gradient(float[] other) {
        order.requireGradient();
        replica.gradient(other);
    }

    /**
     * Moves the masters along the gradient.
     *
     * @param learningRate how far; 0 or more
     * @throws IllegalArgumentException if the rate is below zero or not finite; the step can still be made
     * @throws IllegalStateException    if the gradient is no finite number, naming the step and the submodels; or if no {@link #reduce} came before
     */
    public void update(double learningRate) {
        order.require(Part.UPDATE);
        if (!(learningRate >= 0 && Double.isFinite(learningRate))) {
            throw new IllegalArgumentException("The learning rate must be a number of 0 or more, found " + learningRate);
        }
        replica.update(learningRate, submodels);
        sampler.learn(number, steps(), submodels, losses);
        replica.opened().follow(submodels, outcome.loss(), (number + 1.0) / steps());
        order.done();
    }

    /** What {@link Learned} distributions have become: axis → the probability of each of its legal prefixes; empty if none is learnt. */
    public Map<String, List<Double>> learnedDraws() {
        return sampler.learned(number, steps());
    }

    /** A copy of the masters by name, or of their averages over time if the options say so. */
    public Map<String, Tensor> masters() {
        return units.own(replica.masters());
    }

    /**
     * A copy of all that the steps so far have changed: masters, and what the optimiser and an average remember. With the number of the next
     * step it is what {@link #restore} needs to go on, to the same bytes.
     *
     * @throws IllegalStateException within a step
     */
    public Map<String, Tensor> state() {
        order.requireNone("state");
        return replica.state();
    }

    /**
     * Goes to a {@link #state} of a session with the same network and options, on all ranks; the next step must be the one that came after it.
     *
     * @throws IllegalArgumentException if it is of another network, or of other options
     */
    public void restore(Map<String, Tensor> kept) {
        replica.restore(kept);
        order.done();
    }

    @Override
    public void close() {
        ahead.close();
        replica.close();
    }

    /** The masters that are missing among trained ones, which can be clips only. */
    private static List<MasterParameter> missing(Supernet supernet, Map<String, Tensor> trained) {
        List<MasterParameter> missing = new ArrayList<>();
        for (MasterParameter master : supernet.masters()) {
            Tensor tensor = trained.get(master.name());
            if (tensor == null && master.role() == MasterParameter.Role.CLIP) {
                missing.add(master);
            } else if (tensor == null || !Arrays.equals(tensor.shape(), master.shape())) {
                throw new IllegalArgumentException("the network to begin with is another one; " + master.name() + " should be "
                        + Arrays.toString(master.shape()) + ", found " + (tensor == null ? "nothing" : Arrays.toString(tensor.shape())));
            }
        }
        return missing;
    }

    private Map<String, Tensor> ranked(Map<String, Tensor> masters) {
        return switch (only.isEmpty() ? options.warmStart().map(WarmStart::rank).orElse(WarmStart.Rank.NONE) : WarmStart.Rank.NONE) {
            case NONE -> masters;
            case NORM -> Ranking.byNorm(supernet, masters);
            case SIGNAL_TO_NOISE -> {
                Ranking.Ranked ranked = Ranking.by(supernet, masters, SignalToNoise.of(supernet, masters, images, NOISY_STEPS, randomness));
                noise = ranked.scores();
                yield ranked.masters();
            }
        };
    }

    private static Teacher teacher(Model trained, Dataset images, TrainingOptions options, ComputeDevice device, long seed) {
        if (trained.recalibrated()) {
            return new Teacher(SubmodelExtractor.extract(trained), TorchDevice.of(device), images.size());
        }
        Recalibration recalibration = Recalibration.once(images, options.recalibrationImages(), seed);
        try (TorchEngine engine = new TorchEngine(1); Executable executable = engine.bind(trained, device)) {
            return new Teacher(SubmodelExtractor.extract(trained.with(recalibration.statistics(executable, trained.graph()))), TorchDevice.of(device), images.size());
        }
    }

    private static void require(Supernet supernet, Distillation distillation, Optional<Model> teacher) {
        if (teacher.isPresent() != (distillation.from() == Distillation.From.TEACHER)) {
            throw new IllegalArgumentException("distillation.from: teacher and the teacher's network go together; one of them is missing");
        }
        if (teacher.isEmpty()) {
            return;
        }
        Graph graph = teacher.get().graph();
        Shape input = supernet.spec().sample();
        List<Shape> outputs = List.copyOf(supernet.outputs().values());
        List<Shape> taught = graph.outputs().stream().map(Node::shape).toList();
        if (!graph.sample().holdsAs(input) || !taught.equals(outputs)) {
            throw new IllegalArgumentException("the teacher takes " + graph.sample() + " and gives " + described(taught)
                    + ", but the network takes " + input + " and gives " + described(outputs));
        }
    }

    private static String described(List<Shape> outputs) {
        return outputs.stream().map(Shape::toString).collect(Collectors.joining(" and "));
    }

    private static void require(Supernet supernet, Dataset images, Task task, TrainingOptions.Augmentation augmentation) {
        supernet.spec().requireParts(images);
        TaskOutputs about = new TaskOutputs(task, supernet.outputs());
        supernet.require(about);
        about.check(images.target());
        if ((augmentation.actsOnPictures() || augmentation.cutmix() > 0) && BatchReader.pictures(images).isEmpty()) {
            throw new IllegalArgumentException("augmentation changes images, and there are only rows of numbers. Maybe none?");
        }
        Shape least = BatchReader.pictures(images).stream().min(Comparator.comparingInt(part -> Math.min(part.height(), part.width()))).orElse(images.shape());
        if (augmentation.shift() >= Math.min(least.height(), least.width())) {
            throw new IllegalArgumentException("augmentation.shift " + augmentation.shift() + " would move images of " + least
                    + " out of sight");
        }
    }
}
