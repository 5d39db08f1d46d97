package io.fullynested.training;

import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch;

/** The last part of a training step: moves the masters along the gradient, as far as they are to move. */
final class UpdateStep implements AutoCloseable {

    private final Supernet supernet;
    private final TrainingOptions options;
    private final TrainingState state;
    private final Masters masters;
    private final UpdateRule rule;
    private final org.bytedeco.pytorch.Tensor average;
    private final Tensor updates;
    private org.bytedeco.pytorch.Tensor factors;
    private org.bytedeco.pytorch.Tensor mask;
    private boolean weightsLearn = true;

    UpdateStep(Supernet supernet, TrainingOptions options, TrainingState state, Masters masters) {
        long size = masters.values().numel();
        this.supernet = supernet;
        this.options = options;
        this.state = state;
        this.masters = masters;
        this.rule = UpdateRule.of(options.optimizer(), state, size);
        this.average = options.averaging() > 0 ? state.vector("average", TrainingState.Role.AVERAGE, size) : null;
        this.updates = state.tensor("steps", TrainingState.Role.COUNT);
        if (average != null) {
            average.copy_(masters.values());
        }
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

    /** Whether weights need a gradient. */
    boolean weightsLearn() {
        return weightsLearn;
    }

    /** Begins anew with the masters changed; the momentum of before is forgotten. */
    void restart(UnaryOperator<Map<String, Tensor>> change) {
        masters.replace(change.apply(masters.copy(masters.values())));
        state.clear(TrainingState.Role.MEMORY);
        if (average != null) {
            average.copy_(masters.values());
        }
    }

    /**
     * Moves the masters.
     *
     * @param gradient  may be overwritten
     * @param submodels those that it is of
     * @throws IllegalStateException if it is no finite number, naming the step and the submodels
     */
    @SuppressWarnings("try") // scopes and guards work by being open
    void update(org.bytedeco.pytorch.Tensor gradient, double learningRate, List<SubmodelSpec> submodels) {
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
            float done = updates.data()[0];
            if (!Double.isFinite(norm)) {
                throw TrainingStep.diverged("gradient", norm, (long) done, submodels);
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
                double decay = Math.min(options.averaging(), (1.0 + done) / (10 + done));
                average.lerp_(masters.values(), new Scalar(1 - decay));
            }
            updates.data()[0]++;
        }
    }

    /** A copy of the masters, or of their averages over time. */
    @SuppressWarnings("try")
    Map<String, Tensor> masters() {
        try (PointerScope scope = new PointerScope()) {
            return masters.copy(average != null ? average : masters.values());
        }
    }

    @Override
    public void close() {
        Stream.of(factors, mask).filter(Objects::nonNull).forEach(org.bytedeco.pytorch.Tensor::close);
    }
}
