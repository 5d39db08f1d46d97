package io.fullynested.training;

import io.fullynested.api.nesting.NestingLevel;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch;

/**
 * The two halves of a training step on the masters of a supernet: {@link #gradients} and {@link #update}. Between them the gradients
 * are one vector, which several processes could add up. The submodels of a step run side by side, each in one thread: small
 * operators gain little from threads of their own. What they find is put together in their order, so that threads do not show.
 */
final class TrainingStep implements AutoCloseable {

    /** Clips follow their signals in each of the first steps, later in one of several. */
    private static final int CALIBRATION_STEPS = 50;
    private static final int CLIP_INTERVAL = 4;
    private static final String COUNT = "steps";

    private final Supernet supernet;
    private final TrainingOptions options;
    private final Optional<Teacher> teacher;
    private final Workers workers;
    private final Masters masters;
    private final List<Gradients> gradients = new ArrayList<>();
    private final ClipTracker clips;
    private final org.bytedeco.pytorch.Tensor average;
    private UpdateRule rule;
    private org.bytedeco.pytorch.Tensor factors;
    private org.bytedeco.pytorch.Tensor mask;
    private boolean weightsLearn = true;
    private long updates;

    private record Share(double loss, float[] logits, int right, Map<String, Float> clips) {
    }

    /** @param teacher for distillation; empty if there is none to load */
    TrainingStep(Supernet supernet, TrainingOptions options, Map<String, Tensor> initial, Optional<Teacher> teacher, int threads) {
        int parallel = Math.max(1, Math.min(threads, options.submodelsPerStep()));
        LibTorch.load(threads / parallel, "cpu");
        this.supernet = supernet;
        this.options = options;
        this.teacher = teacher;
        this.workers = new Workers(parallel, threads / parallel);
        this.masters = new Masters(supernet.masters(), initial);
        for (int i = 0; i < options.submodelsPerStep(); i++) {
            gradients.add(new Gradients(masters));
        }
        this.clips = new ClipTracker(masters);
        this.rule = UpdateRule.of(options.optimizer(), masters);
        this.average = options.averaging() > 0 ? masters.values().clone() : null;
    }

    /** Scales gradients from now on by how rarely their masters are drawn; see {@link TrainingOptions#gradientScaling}. */
    void scale(SubmodelSampler sampler) {
        if (options.gradientScaling() > 0) {
            factors = Usage.scale(supernet, masters, sampler, options.submodelsPerStep(), options.gradientScaling());
        }
    }

    /**
     * From now on moves only the masters that one submodel uses and others do not; weights that have no gradient do not decay either.
     *
     * @param weights whether weights move at all
     */
    void only(SubmodelSpec moves, List<SubmodelSpec> stay, boolean weights) {
        if (mask != null) {
            mask.close();
        }
        mask = Usage.mask(supernet, masters, moves, stay);
        weightsLearn = weights;
        if (!weights) {
            masters.weights(mask).zero_();
            if (mask.count_nonzero().item_long() == 0) {
                throw new IllegalArgumentException("the submodel has neither batch norms nor biases that could learn. Maybe its weights?");
            }
        }
    }

    /** Begins anew with the masters changed; the momentum of before is forgotten. */
    void restart(UnaryOperator<Map<String, Tensor>> change) {
        masters.replace(change.apply(masters.copy(masters.values())));
        rule.close();
        rule = UpdateRule.of(options.optimizer(), masters);
        if (average != null) {
            average.copy_(masters.values());
        }
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
        // the full network comes first if it teaches the others
        int alone = distilled && teacher.isEmpty() ? 1 : 0;
        List<Share> shares = new ArrayList<>(shares(step, batch, submodels, 0, alone, none -> Optional.empty()));
        shares.addAll(shares(step, batch, submodels, alone, submodels.size(), index -> !distilled ? Optional.empty()
                : teacher.isEmpty() ? Optional.of(shares.get(0).logits()) : Optional.of(taught(batch, index))));
        double loss = 0;
        int right = 0;
        try (PointerScope scope = new PointerScope()) {
            org.bytedeco.pytorch.Tensor sum = gradients.get(0).vector();
            for (int i = 0; i < shares.size(); i++) {
                loss += shares.get(i).loss();
                right += shares.get(i).right();
                clips.follow(shares.get(i).clips());
                if (i > 0) {
                    sum.add_(gradients.get(i).vector());
                }
            }
            if (shares.size() > 1) {
                sum.div_(new Scalar((double) shares.size()));
            }
        }
        return new TrainingSession.Outcome(loss / shares.size(), (double) right / (shares.size() * batch.batchSize()));
    }

    private interface Teaching {
        /** The teacher's logits for the images of a submodel, if it has a teacher. */
        Optional<float[]> of(int index);
    }

    private static IllegalStateException diverged(String what, double value, long step, List<SubmodelSpec> submodels) {
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
        int[] labels = Arrays.copyOfRange(batch.labels(), first, first + batch.batchSize());
        try (PointerScope scope = new PointerScope()) {
            TrainedOperands operands = operands(observing ? TrainedOperands.Clips.OBSERVE : TrainedOperands.Clips.KEEP);
            org.bytedeco.pytorch.Tensor logits = new ForwardPass(supernet.compile(submodel), operands, Normalization.batch())
                    .run(images(batch, index));
            org.bytedeco.pytorch.Tensor error = options.distillation().loss(logits, labels, options.labelSmoothing(), teaching.of(index));
            float loss = error.item_float();
            if (!Float.isFinite(loss)) {
                throw diverged("loss", loss, step, List.of(submodel));
            }
            error.backward();
            gradients.get(index).vector().zero_();
            operands.addTo(gradients.get(index));
            float[] found = LibTorch.floats(logits);
            return new Share(loss, found, right(found, labels), operands.observed());
        }
    }

    private float[] taught(Batch batch, int index) {
        return teacher.orElseThrow().logits(batch, first(batch, index), () -> images(batch, index));
    }

    /** Where the images of a submodel begin. */
    private int first(Batch batch, int index) {
        return options.sameImages() ? 0 : index * batch.batchSize();
    }

    private static int right(float[] logits, int[] labels) {
        int classes = logits.length / labels.length;
        int right = 0;
        for (int i = 0; i < labels.length; i++) {
            int best = 0;
            for (int c = 1; c < classes; c++) {
                best = logits[i * classes + c] > logits[i * classes + best] ? c : best;
            }
            right += best == labels[i] ? 1 : 0;
        }
        return right;
    }

    /**
     * Moves the masters along the gradients.
     *
     * @param submodels those that the gradients are of
     * @throws IllegalStateException if a gradient is no finite number, naming the step and the submodels
     */
    @SuppressWarnings("try")
    void update(double learningRate, List<SubmodelSpec> submodels) {
        org.bytedeco.pytorch.Tensor gradient = gradients.get(0).vector();
        try (PointerScope scope = new PointerScope(); NoGradGuard guard = new NoGradGuard()) {
            if (factors != null) {
                gradient.mul_(factors);
            }
            org.bytedeco.pytorch.Tensor before = null;
            if (mask != null) {
                gradient.mul_(mask);
                before = masters.values().clone();
            }
            double norm = gradient.norm().item_float();
            if (!Double.isFinite(norm)) {
                throw diverged("gradient", norm, updates, submodels);
            }
            double greatest = options.optimizer().gradientClip();
            if (greatest > 0 && norm > greatest) {
                gradient.mul_(new Scalar(greatest / norm));
            }
            rule.update(masters, gradient, learningRate);
            if (mask != null) {
                masters.values().copy_(torch.where(mask.gt(new Scalar(0)), masters.values(), before));
            }
            if (average != null) {
                // a young average forgets faster, or the initial weights would stay in it
                double decay = Math.min(options.averaging(), (1.0 + updates) / (10 + updates));
                average.lerp_(masters.values(), new Scalar(1 - decay));
            }
            updates++;
        }
    }

    /** A copy of the gradient. */
    float[] gradient() {
        return LibTorch.floats(gradients.get(0).vector());
    }

    /** Puts another gradient in its place. */
    void gradient(float[] other) {
        org.bytedeco.pytorch.Tensor vector = gradients.get(0).vector();
        if (other.length != vector.numel()) {
            throw new IllegalArgumentException("The gradient has " + vector.numel() + " numbers, not " + other.length);
        }
        vector.data_ptr_float().put(other);
    }

    /** A copy of the masters, or of their averages over time. */
    @SuppressWarnings("try")
    Map<String, Tensor> masters() {
        try (PointerScope scope = new PointerScope()) {
            return masters.copy(average != null ? average : masters.values());
        }
    }

    /** A copy of all that the steps so far have changed. */
    @SuppressWarnings("try")
    Map<String, Tensor> state() {
        Map<String, Tensor> state = new TreeMap<>(masters.constants());
        try (PointerScope scope = new PointerScope()) {
            vectors().forEach((name, vector) -> state.put(name, new Tensor(LibTorch.shape(vector), LibTorch.floats(vector))));
        }
        state.put(COUNT, Tensor.scalar(updates));
        return state;
    }

    /**
     * Puts what {@link #state} gave in the place of what is here.
     *
     * @throws IllegalArgumentException if it is of another network, or of other options
     */
    void restore(Map<String, Tensor> state) {
        Map<String, int[]> expected = new TreeMap<>();
        masters.constants().forEach((name, constant) -> expected.put(name, constant.shape()));
        vectors().forEach((name, vector) -> expected.put(name, LibTorch.shape(vector)));
        expected.put(COUNT, new int[0]);
        expected.forEach((name, shape) -> {
            int[] found = state.containsKey(name) ? state.get(name).shape() : null;
            if (!Arrays.equals(shape, found)) {
                throw new IllegalArgumentException("The state is of another training: " + name + " should be " + Arrays.toString(shape) + ", found "
                        + (found == null ? "nothing" : Arrays.toString(found)));
            }
        });
        masters.constants().replaceAll((name, constant) -> state.get(name));
        vectors().forEach((name, vector) -> vector.data_ptr_float().put(state.get(name).data()));
        updates = (long) state.get(COUNT).data()[0];
    }

    /** What updates change, by name; masters that no gradient moves have a slash in theirs. */
    private Map<String, org.bytedeco.pytorch.Tensor> vectors() {
        Map<String, org.bytedeco.pytorch.Tensor> vectors = new TreeMap<>(rule.memory());
        vectors.put("values", masters.values());
        if (average != null) {
            vectors.put("average", average);
        }
        return vectors;
    }

    private TrainedOperands operands(TrainedOperands.Clips mode) {
        return new TrainedOperands(masters, clips, supernet.spec().quantization().quantizer(), mode, weightsLearn);
    }

    private org.bytedeco.pytorch.Tensor images(Batch batch, int index) {
        var input = supernet.spec().input();
        int elements = input.channels() * input.height() * input.width();
        return LibTorch.images(batch.pixels(), first(batch, index) * elements, batch.batchSize(), input.channels(), input.height(),
                input.width());
    }

    @Override
    public void close() {
        workers.close();
        masters.close();
        gradients.forEach(Gradients::close);
        rule.close();
        Stream.of(factors, mask, average).filter(Objects::nonNull).forEach(org.bytedeco.pytorch.Tensor::close);
    }
}
