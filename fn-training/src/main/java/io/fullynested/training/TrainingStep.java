package io.fullynested.training;

import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.TensorOptional;
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

    private final Supernet supernet;
    private final TrainingOptions options;
    private final Workers workers;
    private final Masters masters;
    private final List<Gradients> gradients = new ArrayList<>();
    private final ClipTracker clips;
    private final UpdateRule rule;
    private final org.bytedeco.pytorch.Tensor average;
    private long updates;

    /**
     * What a step reports.
     *
     * @param loss     mean cross-entropy of its submodels
     * @param accuracy share of the images that they got right
     */
    record Outcome(double loss, double accuracy) {
    }

    private record Share(double loss, int right, Map<String, Float> clips) {
    }

    TrainingStep(Supernet supernet, TrainingOptions options, Map<String, Tensor> initial, int threads) {
        int parallel = Math.max(1, Math.min(threads, options.submodelsPerStep()));
        LibTorch.load(threads / parallel, "cpu");
        this.supernet = supernet;
        this.options = options;
        this.workers = new Workers(parallel, threads / parallel);
        this.masters = new Masters(supernet.masters(), initial);
        for (int i = 0; i < options.submodelsPerStep(); i++) {
            gradients.add(new Gradients(masters));
        }
        this.clips = new ClipTracker(masters);
        this.rule = UpdateRule.of(options.optimizer(), masters);
        this.average = options.averaging() > 0 ? masters.values().clone() : null;
    }

    /** Sets the clips by what the full network does to a batch. */
    @SuppressWarnings("try") // scopes and guards work by being open
    void calibrate(BatchReader batch) {
        try (PointerScope scope = new PointerScope(); NoGradGuard guard = new NoGradGuard()) {
            new ForwardPass(supernet.compile(supernet.axes().full()), operands(TrainedOperands.Clips.SET), Normalization.batch())
                    .run(images(batch, 0));
        }
    }

    /**
     * Computes the mean gradient of some submodels, each on its share of the images.
     *
     * @throws IllegalStateException if a loss is no finite number, naming the step and the submodel
     */
    @SuppressWarnings("try")
    Outcome gradients(long step, BatchReader batch, List<SubmodelSpec> submodels) {
        boolean observing = step < CALIBRATION_STEPS || step % CLIP_INTERVAL == 0;
        List<Share> shares = workers.run(IntStream.range(0, submodels.size())
                .<Callable<Share>>mapToObj(i -> () -> share(step, batch, i, submodels.get(i), observing)).toList());
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
        return new Outcome(loss / shares.size(), (double) right / batch.size());
    }

    @SuppressWarnings("try")
    private Share share(long step, BatchReader batch, int index, SubmodelSpec submodel, boolean observing) {
        int[] labels = Arrays.copyOfRange(batch.labels(), index * batch.batchSize(), (index + 1) * batch.batchSize());
        try (PointerScope scope = new PointerScope()) {
            TrainedOperands operands = operands(observing ? TrainedOperands.Clips.OBSERVE : TrainedOperands.Clips.KEEP);
            org.bytedeco.pytorch.Tensor logits = new ForwardPass(supernet.compile(submodel), operands, Normalization.batch())
                    .run(images(batch, index));
            org.bytedeco.pytorch.Tensor error = torch.cross_entropy_loss(logits, org.bytedeco.pytorch.Tensor.create(LibTorch.longs(labels)),
                    new TensorOptional(), 1 /* mean */, -100, options.labelSmoothing());
            float loss = error.item_float();
            if (!Float.isFinite(loss)) {
                throw new IllegalStateException("The loss became " + loss + " in step " + step + " with the submodel " + submodel
                        + ". Maybe a lower learning rate or gradient clip?");
            }
            error.backward();
            gradients.get(index).vector().zero_();
            operands.addTo(gradients.get(index));
            return new Share(loss, right(LibTorch.floats(logits), labels), operands.observed());
        }
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
            double norm = gradient.norm().item_float();
            if (!Double.isFinite(norm)) {
                throw new IllegalStateException("The gradient became " + norm + " in step " + updates + " with the submodel "
                        + submodels.stream().map(SubmodelSpec::toString).collect(Collectors.joining(" or ")) + ". Maybe a lower learning rate?");
            }
            double greatest = options.optimizer().gradientClip();
            if (greatest > 0 && norm > greatest) {
                gradient.mul_(new Scalar(greatest / norm));
            }
            rule.update(masters, gradient, learningRate);
            if (average != null) {
                // a young average forgets faster, or the initial weights would stay in it
                double decay = Math.min(options.averaging(), (1.0 + updates) / (10 + updates));
                average.lerp_(masters.values(), new Scalar(1 - decay));
            }
            updates++;
        }
    }

    /** A copy of the masters, or of their averages over time. */
    @SuppressWarnings("try")
    Map<String, Tensor> masters() {
        try (PointerScope scope = new PointerScope()) {
            return masters.copy(average != null ? average : masters.values());
        }
    }

    private TrainedOperands operands(TrainedOperands.Clips mode) {
        return new TrainedOperands(masters, clips, supernet.spec().quantization().quantizer(), mode);
    }

    private org.bytedeco.pytorch.Tensor images(BatchReader batch, int index) {
        var input = supernet.spec().input();
        int elements = input.channels() * input.height() * input.width();
        return LibTorch.images(batch.pixels(), index * batch.batchSize() * elements, batch.batchSize(), input.channels(), input.height(),
                input.width());
    }

    @Override
    public void close() {
        workers.close();
        masters.close();
        gradients.forEach(Gradients::close);
        rule.close();
        if (average != null) {
            average.close();
        }
    }
}
