package io.fullynested.training;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.engine.LabelledImages;
import io.fullynested.core.model.MasterParameter;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.Ranking;
import io.fullynested.core.model.SubmodelExtractor;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/** Trains supernets by ordered dropout. */
public final class Trainer {

    private Trainer() {
    }

    /**
     * What a training begins with.
     *
     * @param masters the tensors to start from, by name; empty for random ones; clips may be missing, and others are ignored
     * @param teacher what {@link Distillation.From#TEACHER} needs: a trained network; its batch norms are recalibrated on the images
     * @param only    the one submodel that learns, in the place of those that are drawn
     */
    public record Start(Optional<Map<String, Tensor>> masters, Optional<Model> teacher, Optional<SubmodelSpec> only) {

        /** From scratch, with no teacher. */
        public static final Start SCRATCH = new Start(Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** Trains a supernet from scratch; see the other method. */
    public static Map<String, Tensor> train(Supernet supernet, Dataset images, TrainingOptions options, long seed, int threads,
                                            TrainingListener listener) {
        return train(supernet, images, options, Start.SCRATCH, seed, threads, listener);
    }

    /**
     * Trains a supernet. The same seed gives the same bytes on one machine, whatever the threads, unless there are more of them than
     * submodels in a step.
     *
     * @param seed     of the initial weights, the order of the images and the submodels drawn
     * @param threads  how many threads to use: each of a step's submodels gets one, what is left over the operators
     * @param listener told after each step
     * @return the masters by name
     * @throws IllegalArgumentException if the images or the teacher do not fit the network, or the options the axes
     * @throws IllegalStateException    if the loss is no number any more, or LibTorch has no binary for this machine
     * @throws CancellationException    if the listener cancels
     */
    public static Map<String, Tensor> train(Supernet supernet, Dataset images, TrainingOptions options, Start start, long seed, int threads,
                                            TrainingListener listener) {
        require(supernet, images, options.augmentation());
        require(supernet, options.distillation(), start.teacher());
        BatchReader batches = new BatchReader(images, options.batchSize(), options.batchesPerStep(), options.augmentation(),
                new Randomness(seed));
        SubmodelSampler sampler = new SubmodelSampler(supernet.axes(), options, seed);
        sampler.check();
        long steps = (long) options.epochs() * batches.stepsPerEpoch();
        Map<String, Tensor> initial = Initializer.initial(supernet.masters(), images, seed);
        start.masters().ifPresent(initial::putAll);
        List<MasterParameter> missing = start.masters().map(trained -> missing(supernet, trained)).orElse(supernet.masters());
        boolean ranked = start.only().isEmpty() && options.warmStart().map(WarmStart::rank).filter(rank -> rank == WarmStart.Rank.NORM).isPresent();
        Map<String, Tensor> first = ranked ? Ranking.byNorm(supernet, initial) : initial;
        try (TrainingStep step = new TrainingStep(supernet, options, first,
                start.teacher().map(teacher -> recalibrated(teacher, images, options, seed)), threads)) {
            if (missing.stream().anyMatch(master -> master.role() == MasterParameter.Role.CLIP)) {
                batches.read(0);
                step.calibrate(batches);
            }
            start.only().ifPresentOrElse(one -> step.only(one, List.of()), () -> step.scale(sampler));
            RunningProgress progress = new RunningProgress(steps, options.epochs(), batches);
            for (long number = 0; number < steps; number++) {
                batches.read(number);
                SubmodelSampler.Stage stage = sampler.partOf(number, steps);
                if (number == stage.from()) {
                    stage.trains().ifPresent(one -> step.only(one, stage.keeps().stream().toList()));
                }
                List<SubmodelSpec> submodels = start.only().map(one -> Collections.nCopies(options.submodelsPerStep(), one))
                        .orElse(sampler.draw(number, steps));
                TrainingStep.Outcome outcome = step.gradients(number, steps, batches, submodels);
                double learningRate = options.optimizer().learningRate(number - stage.from(), stage.to() - stage.from());
                step.update(learningRate, submodels);
                progress.add(outcome, learningRate, listener);
                if (listener.cancelled()) {
                    throw new CancellationException("Training was cancelled after step " + (number + 1) + " of " + steps);
                }
            }
            return step.masters();
        }
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

    private static Model recalibrated(Model teacher, Dataset images, TrainingOptions options, long seed) {
        int count = Math.min(options.recalibrationImages(), images.size());
        Tensor some = LabelledImages.shuffled(images, count, count, seed).joined();
        try (TorchEngine engine = new TorchEngine(1)) {
            return SubmodelExtractor.extract(teacher.with(engine.recalibrate(teacher, some)));
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
        Shape input = supernet.spec().input().shape();
        Shape output = Shape.flat(supernet.classes());
        if (!graph.input().shape().equals(input) || !graph.output().shape().equals(output)) {
            throw new IllegalArgumentException("the teacher takes " + graph.input().shape() + " and gives " + graph.output().shape()
                    + ", but the network takes " + input + " and gives " + output);
        }
    }

    private static void require(Supernet supernet, Dataset images, TrainingOptions.Augmentation augmentation) {
        Shape input = supernet.spec().input().shape();
        if (!input.equals(images.shape())) {
            throw new IllegalArgumentException("The network takes images of " + input + ", but the data has " + images.shape());
        }
        if (supernet.classes() < images.classes().size()) {
            throw new IllegalArgumentException("The network tells " + supernet.classes() + " classes apart, but the data has "
                    + images.classes().size());
        }
        if (augmentation.shift() >= Math.min(input.height(), input.width())) {
            throw new IllegalArgumentException("augmentation.shift " + augmentation.shift() + " would move images of " + images.shape()
                    + " out of sight");
        }
    }
}
