package io.fullynested.training;

import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * The two halves of a training step on the masters of a supernet: {@link #gradients} and {@link #update}. Between them the gradients
 * are one vector, which several processes could add up.
 */
final class TrainingStep implements AutoCloseable {

    /** Clips follow their signals in each of the first steps, later in one of several. */
    private static final int CALIBRATION_STEPS = 50;
    private static final int CLIP_INTERVAL = 4;

    private final Supernet supernet;
    private final TrainingOptions options;
    private final int threads;
    private final Masters masters;
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

    TrainingStep(Supernet supernet, TrainingOptions options, Map<String, Tensor> initial, int threads) {
        LibTorch.load(threads, "cpu");
        this.supernet = supernet;
        this.options = options;
        this.threads = threads;
        this.masters = new Masters(supernet.masters(), initial);
        this.clips = new ClipTracker(masters);
        this.rule = UpdateRule.of(options.optimizer(), masters);
        this.average = options.averaging() > 0 ? masters.values().clone() : null;
    }

    /** Sets the clips by what the full network does to a batch. */
    @SuppressWarnings("try") // scopes and guards work by being open
    void calibrate(BatchReader batch) {
        torch.set_num_threads(threads);
        try (PointerScope scope = new PointerScope(); NoGradGuard guard = new NoGradGuard()) {
            pass(supernet.axes().full(), operands()).run(images(batch));
        }
    }

    /**
     * Computes the mean gradient of some submodels on a batch.
     *
     * @throws IllegalStateException if a loss is no finite number, naming the step and the submodel
     */
    @SuppressWarnings("try")
    Outcome gradients(long step, BatchReader batch, List<SubmodelSpec> submodels) {
        torch.set_num_threads(threads);
        clips.follow(step < CALIBRATION_STEPS || step % CLIP_INTERVAL == 0);
        double loss = 0;
        int right = 0;
        try (PointerScope scope = new PointerScope()) {
            masters.gradients().zero_();
            org.bytedeco.pytorch.Tensor labels = org.bytedeco.pytorch.Tensor.create(LibTorch.longs(batch.labels()));
            TrainedOperands operands = operands();
            for (SubmodelSpec submodel : submodels) {
                operands = operands.next();
                org.bytedeco.pytorch.Tensor logits = pass(submodel, operands).run(images(batch));
                org.bytedeco.pytorch.Tensor error = torch.cross_entropy_loss(logits, labels, new TensorOptional(), 1 /* mean */, -100,
                        options.labelSmoothing());
                float value = error.item_float();
                if (!Float.isFinite(value)) {
                    throw new IllegalStateException("The loss became " + value + " in step " + step + " with the submodel " + submodel
                            + ". Maybe a lower learning rate or gradient clip?");
                }
                loss += value;
                right += right(LibTorch.floats(logits), batch.labels());
                (submodels.size() == 1 ? error : error.div(new Scalar((double) submodels.size()))).backward();
                operands.accumulate();
            }
        }
        return new Outcome(loss / submodels.size(), (double) right / submodels.size() / batch.size());
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
     * @throws IllegalStateException if a gradient is no finite number
     */
    @SuppressWarnings("try")
    void update(double learningRate) {
        try (PointerScope scope = new PointerScope(); NoGradGuard guard = new NoGradGuard()) {
            double norm = masters.gradients().norm().item_float();
            if (!Double.isFinite(norm)) {
                throw new IllegalStateException("The gradient became " + norm + " in update " + updates + ". Maybe a lower learning rate?");
            }
            double greatest = options.optimizer().gradientClip();
            if (greatest > 0 && norm > greatest) {
                masters.gradients().mul_(new Scalar(greatest / norm));
            }
            rule.update(masters, learningRate);
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

    private TrainedOperands operands() {
        return new TrainedOperands(masters, clips, supernet.spec().quantization().quantizer());
    }

    private ForwardPass pass(SubmodelSpec submodel, TrainedOperands operands) {
        return new ForwardPass(supernet.compile(submodel), operands, Normalization.batch());
    }

    private org.bytedeco.pytorch.Tensor images(BatchReader batch) {
        var input = supernet.spec().input();
        return LibTorch.images(batch.pixels(), 0, batch.size(), input.channels(), input.height(), input.width());
    }

    @Override
    public void close() {
        masters.close();
        rule.close();
        if (average != null) {
            average.close();
        }
    }
}
