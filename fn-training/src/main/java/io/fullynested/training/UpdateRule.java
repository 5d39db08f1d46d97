package io.fullynested.training;

import io.fullynested.training.TrainingOptions.Optimizer;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Moves the masters along their gradients. What took no part in a step has a zero gradient and goes on with its momentum and its
 * decay, a dropped layer as well as a dropped channel.
 */
abstract sealed class UpdateRule implements AutoCloseable {

    /** One update; may overwrite the gradients. */
    abstract void update(Masters masters, Tensor gradients, double learningRate);

    /** What it remembers of the updates before, by name; theirs to be read and written over. */
    abstract Map<String, Tensor> memory();

    static UpdateRule of(Optimizer options, Masters masters) {
        return switch (options.algorithm()) {
            case SGD -> new Sgd(options, masters);
            case ADAMW -> new AdamW(options, masters);
        };
    }

    private static final class Sgd extends UpdateRule {

        private final Optimizer options;
        private final Tensor momentum;

        Sgd(Optimizer options, Masters masters) {
            this.options = options;
            this.momentum = torch.zeros(masters.values().numel());
        }

        @Override
        void update(Masters masters, Tensor gradients, double learningRate) {
            masters.weights(gradients).add_(masters.weights(masters.values()), new Scalar(options.weightDecay()));
            momentum.mul_(new Scalar(options.momentum())).add_(gradients);
            masters.values().add_(gradients.add_(momentum, new Scalar(options.momentum())), new Scalar(-learningRate));
        }

        @Override
        Map<String, Tensor> memory() {
            return Map.of("momentum", momentum);
        }

        @Override
        public void close() {
            momentum.close();
        }
    }

    private static final class AdamW extends UpdateRule {

        private static final double SQUARE_DECAY = 0.999;
        private static final double EPSILON = 1e-8;

        private final Optimizer options;
        private final Tensor mean;
        private final Tensor square;
        private final Tensor updates = torch.zeros(1);

        AdamW(Optimizer options, Masters masters) {
            this.options = options;
            this.mean = torch.zeros(masters.values().numel());
            this.square = torch.zeros(masters.values().numel());
        }

        @Override
        void update(Masters masters, Tensor gradients, double learningRate) {
            double count = updates.add_(new Scalar(1)).item_float();
            mean.lerp_(gradients, new Scalar(1 - options.momentum()));
            square.mul_(new Scalar(SQUARE_DECAY)).addcmul_(gradients, gradients, new Scalar(1 - SQUARE_DECAY));
            masters.weights(masters.values()).mul_(new Scalar(1 - learningRate * options.weightDecay()));
            Tensor deviation = square.sqrt().div_(new Scalar(Math.sqrt(1 - Math.pow(SQUARE_DECAY, count)))).add_(new Scalar(EPSILON));
            masters.values().addcdiv_(mean, deviation, new Scalar(-learningRate / (1 - Math.pow(options.momentum(), count))));
        }

        @Override
        Map<String, Tensor> memory() {
            return Map.of("mean", mean, "square", square, "updates", updates);
        }

        @Override
        public void close() {
            memory().values().forEach(Tensor::close);
        }
    }

    @Override
    public abstract void close();
}
