package io.fullynested.training;

import io.fullynested.training.TrainingOptions.Optimizer;
import io.fullynested.training.TrainingState.Role;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Moves the masters along their gradients. What took no part in a step has a zero gradient and goes on with its momentum and its
 * decay, a dropped layer as well as a dropped channel.
 */
abstract sealed class UpdateRule {

    /** One update; may overwrite the gradients. */
    abstract void update(Masters masters, Tensor gradients, double learningRate);

    /** A rule for so many numbers; what it remembers of the updates before is part of a state. */
    static UpdateRule of(Optimizer options, TrainingState state, long size) {
        return switch (options.algorithm()) {
            case SGD -> new Sgd(options, state, size);
            case ADAMW -> new AdamW(options, state, size);
        };
    }

    private static final class Sgd extends UpdateRule {

        private final Optimizer options;
        private final Tensor momentum;

        Sgd(Optimizer options, TrainingState state, long size) {
            this.options = options;
            this.momentum = state.vector("momentum", Role.MEMORY, size);
        }

        @Override
        void update(Masters masters, Tensor gradients, double learningRate) {
            if (FusedPass.available(masters.device())) {
                FusedKernels.descend(masters, momentum, gradients, learningRate, options.momentum(), options.weightDecay());
                return;
            }
            masters.weights(gradients).add_(masters.weights(masters.values()), new Scalar(options.weightDecay()));
            momentum.mul_(new Scalar(options.momentum())).add_(gradients);
            masters.values().add_(gradients.add_(momentum, new Scalar(options.momentum())), new Scalar(-learningRate));
        }
    }

    private static final class AdamW extends UpdateRule {

        private static final double SQUARE_DECAY = 0.999;
        private static final double EPSILON = 1e-8;

        private final Optimizer options;
        private final Tensor mean;
        private final Tensor square;
        private final float[] updates;

        AdamW(Optimizer options, TrainingState state, long size) {
            this.options = options;
            this.mean = state.vector("mean", Role.MEMORY, size);
            this.square = state.vector("square", Role.MEMORY, size);
            this.updates = state.tensor("updates", Role.MEMORY, 1).data();
        }

        @Override
        void update(Masters masters, Tensor gradients, double learningRate) {
            double count = ++updates[0];
            mean.lerp_(gradients, new Scalar(1 - options.momentum()));
            square.mul_(new Scalar(SQUARE_DECAY)).addcmul_(gradients, gradients, new Scalar(1 - SQUARE_DECAY));
            masters.weights(masters.values()).mul_(new Scalar(1 - learningRate * options.weightDecay()));
            Tensor deviation = square.sqrt().div_(new Scalar(Math.sqrt(1 - Math.pow(SQUARE_DECAY, count)))).add_(new Scalar(EPSILON));
            masters.values().addcdiv_(mean, deviation, new Scalar(-learningRate / (1 - Math.pow(options.momentum(), count))));
        }
    }
}
