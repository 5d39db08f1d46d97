package io.fullynested.training;

import io.fullynested.api.nesting.NestingLevel;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.task.Scorer;
import io.fullynested.core.task.Scores;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;

/**
 * The first part of a training step: what some submodels learn from their images, as the mean {@linkplain #gradient gradient} of all. They
 * run side by side, each in one thread: small operators gain little from threads of their own. What they find is put together in their
 * order, so that threads do not show.
 */
final class TrainingStep implements AutoCloseable {

    /** Clips follow their signals in each of the first steps, later in one of several. */
    private static final int CALIBRATION_STEPS = 50;
    private static final int CLIP_INTERVAL = 4;

    private final Supernet supernet;
    private final TrainingOptions options;
    private final Scorer scorer;
    private final Loss loss;
    private final Units units;
    private final Optional<Teacher> teacher;
    private final Workers workers;
    private final Masters masters;
    private final BooleanSupplier weightsLearn;
    private final List<Gradients> gradients = new ArrayList<>();
    private final ClipTracker clips;
    private double[] losses = new double[0];

    private record Share(double loss, float[] outputs, float[] targets, Map<String, Float> clips) {
    }

    /**
     * Prepares steps.
     *
     * @param scorer       what is to be learnt
     * @param units        what the last layer learns it in
     * @param teacher      for distillation; empty if there is none to load; this step's to close
     * @param weightsLearn whether weights take gradients; all else does
     * @param workers      at most as many submodels run side by side; this step's to close
     */
    TrainingStep(Supernet supernet, TrainingOptions options, Scorer scorer, Units units, TrainingState state, Masters masters,
                 Optional<Teacher> teacher, BooleanSupplier weightsLearn, Workers workers) {
        this.supernet = supernet;
        this.options = options;
        this.scorer = scorer;
        this.loss = Loss.of(scorer.objective(), options);
        this.units = units;
        this.teacher = teacher;
        this.workers = workers;
        this.masters = masters;
        this.weightsLearn = weightsLearn;
        long size = masters.values().numel();
        for (int i = 0; i < options.submodelsPerStep(); i++) {
            gradients.add(new Gradients(masters, i == 0 ? state.vector("gradient", TrainingState.Role.GRADIENT, size) : state.device().zeros(size)));
        }
        this.clips = new ClipTracker(masters, supernet.spec().quantization().trackedClip());
    }

    /** Sets the clips by what the full network does to a batch; if each number of bits has its own, at each of them. */
    void calibrate(Batch batch) {
        SubmodelSpec full = supernet.axes().full();
        calibrate(batch, full);
        if (supernet.spec().quantization().switchableClips()) {
            supernet.axes().axes().stream().filter(axis -> axis.level() == NestingLevel.BITS)
                    .forEach(axis -> axis.keeps().forEach(keep -> calibrate(batch, full.with(axis.id(), keep))));
        }
    }

    @SuppressWarnings("try") // scopes and guards work by being open
    private void calibrate(Batch batch, SubmodelSpec submodel) {
        try (PointerScope scope = new PointerScope(); NoGradGuard guard = new NoGradGuard()) {
            new ForwardPass(supernet.compile(submodel), operands(TrainedOperands.Clips.SET), Normalization.batch()).run(images(batch, 0));
        }
    }

    /**
     * Computes the mean gradient of some submodels, each on its share of the images, or all on the same ones.
     *
     * @param step  counted from 0
     * @param steps of the whole training
     * @throws IllegalStateException if a loss is no finite number, naming the step and the submodel
     */
    @SuppressWarnings("try")
    TrainingSession.Outcome gradients(long step, long steps, Batch batch, List<SubmodelSpec> submodels) {
        boolean distilled = options.distillation().acts((double) step / steps);
        List<Share> shares = distilled && options.distillation().from() == Distillation.From.RECURSIVE ? oneAfterTheOther(step, batch, submodels)
                : sideBySide(step, batch, submodels, distilled);
        losses = shares.stream().mapToDouble(Share::loss).toArray();
        double sumOfLosses = 0;
        Scores scores = scorer.start();
        try (PointerScope scope = new PointerScope()) {
            org.bytedeco.pytorch.Tensor sum = gradients.get(0).vector();
            for (int i = 0; i < shares.size(); i++) {
                sumOfLosses += shares.get(i).loss();
                scores.measure(shares.get(i).outputs(), shares.get(i).targets(), batch.batchSize());
                clips.follow(shares.get(i).clips());
                if (i > 0) {
                    addUp(sum, gradients.get(i).vector(), i + 1 < shares.size() ? 1 : shares.size());
                }
            }
        }
        return new TrainingSession.Outcome(sumOfLosses / shares.size(), scores.score());
    }

    /** {@code sum = (sum + other) / by}. */
    private void addUp(org.bytedeco.pytorch.Tensor sum, org.bytedeco.pytorch.Tensor other, int by) {
        if (FusedPass.available(masters.device())) {
            FusedKernels.addUp(sum, other, by);
        } else {
            sum.add_(other);
            if (by > 1) {
                sum.div_(new Scalar((double) by));
            }
        }
    }

    private List<Share> sideBySide(long step, Batch batch, List<SubmodelSpec> submodels, boolean distilled) {
        // the full network comes first if it teaches the others
        int alone = distilled && teacher.isEmpty() ? 1 : 0;
        List<Share> shares = new ArrayList<>(shares(step, batch, submodels, 0, alone, none -> Optional.empty()));
        shares.addAll(shares(step, batch, submodels, alone, submodels.size(), index -> !distilled ? Optional.empty()
                : teacher.isEmpty() ? Optional.of(shares.get(0).outputs()) : Optional.of(taught(batch, index))));
        return shares;
    }

    /** Each but the first is taught by the one before. */
    private List<Share> oneAfterTheOther(long step, Batch batch, List<SubmodelSpec> submodels) {
        List<Share> shares = new ArrayList<>();
        for (int i = 0; i < submodels.size(); i++) {
            shares.addAll(shares(step, batch, submodels, i, i + 1, index -> index == 0 ? Optional.empty() : Optional.of(shares.get(index - 1).outputs())));
        }
        return shares;
    }

    private interface Teaching {
        /** The teacher's logits for the images of a submodel, if it has a teacher. */
        Optional<float[]> of(int index);
    }

    static IllegalStateException diverged(String what, double value, long step, List<SubmodelSpec> submodels) {
        return new IllegalStateException("The " + what + " became " + value + " in step " + step + " with the submodel "
                + submodels.stream().map(SubmodelSpec::toString).collect(Collectors.joining(" or "))
                + ". Maybe a lower learning rate, or gradient-clip: 5?");
    }

    private List<Share> shares(long step, Batch batch, List<SubmodelSpec> submodels, int from, int to, Teaching teaching) {
        return workers.run(IntStream.range(from, to)
                .<Callable<Share>>mapToObj(i -> () -> share(step, batch, i, submodels.get(i), teaching)).toList());
    }

    @SuppressWarnings("try")
    private Share share(long step, Batch batch, int index, SubmodelSpec submodel, Teaching teaching) {
        boolean observing = step < CALIBRATION_STEPS || step % CLIP_INTERVAL == 0;
        int first = first(batch, index);
        float[] targets = batch.targets(first, batch.batchSize());
        try (PointerScope scope = new PointerScope()) {
            TrainedOperands operands = operands(observing ? TrainedOperands.Clips.OBSERVE : TrainedOperands.Clips.KEEP);
            LearningPass pass = LearningPass.of(supernet.compile(submodel), operands);
            org.bytedeco.pytorch.Tensor outputs = units.own(pass.run(images(batch, index)));
            float lost = loss.backward(outputs, targets, batch.mixed().map(mixed -> mixed.of(first, batch.batchSize())), teaching.of(index));
            if (!Float.isFinite(lost)) {
                throw diverged("loss", lost, step, List.of(submodel));
            }
            pass.learn();
            gradients.get(index).vector().zero_();
            operands.addTo(gradients.get(index));
            return new Share(lost, LibTorch.floats(outputs), targets, operands.observed());
        }
    }

    private float[] taught(Batch batch, int index) {
        return teacher.orElseThrow().logits(batch, first(batch, index), () -> images(batch, index));
    }

    /** Where the images of a submodel begin. */
    private int first(Batch batch, int index) {
        return options.sameImages() ? 0 : index * batch.batchSize();
    }

    /** The losses of the submodels of the step computed last. */
    double[] losses() {
        return losses.clone();
    }

    /** The gradient computed last; gets overwritten by the next. */
    org.bytedeco.pytorch.Tensor gradient() {
        return gradients.get(0).vector();
    }

    private TrainedOperands operands(TrainedOperands.Clips mode) {
        return new TrainedOperands(masters, clips, supernet.spec().quantization().quantizer(), mode, weightsLearn.getAsBoolean());
    }

    private List<org.bytedeco.pytorch.Tensor> images(Batch batch, int index) {
        return masters.device().inputs(batch.pixels(), first(batch, index), batch.batchSize(), supernet.spec().parts());
    }

    @Override
    public void close() {
        workers.close();
        teacher.ifPresent(Teacher::close);
        gradients.forEach(Gradients::close);
        gradients.stream().skip(1).map(Gradients::vector).forEach(org.bytedeco.pytorch.Tensor::close);
    }
}
