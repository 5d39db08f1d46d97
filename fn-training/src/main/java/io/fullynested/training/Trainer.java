package io.fullynested.training;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;

/** Trains supernets by ordered dropout. */
public final class Trainer {

    private Trainer() {
    }

    /**
     * Trains a supernet. The same seed gives the same bytes on one machine, whatever the threads, unless there are more of them than
     * submodels in a step.
     *
     * @param seed     of the initial weights, the order of the images and the submodels drawn
     * @param threads  how many threads to use: each of a step's submodels gets one, what is left over the operators
     * @param listener told after each step
     * @return the masters by name
     * @throws IllegalArgumentException if the images do not fit the network, or the options the axes
     * @throws IllegalStateException    if the loss is no number any more, or LibTorch has no binary for this machine
     * @throws CancellationException    if the listener cancels
     */
    public static Map<String, Tensor> train(Supernet supernet, Dataset images, TrainingOptions options, long seed, int threads,
                                            TrainingListener listener) {
        require(supernet, images, options.augmentation());
        BatchReader batches = new BatchReader(images, options.batchSize(), options.submodelsPerStep(), options.augmentation(),
                new Randomness(seed));
        SubmodelSampler sampler = new SubmodelSampler(supernet.axes(), options, seed);
        long steps = (long) options.epochs() * batches.stepsPerEpoch();
        try (TrainingStep step = new TrainingStep(supernet, options, Initializer.initial(supernet.masters(), images, seed), threads)) {
            batches.read(0);
            step.calibrate(batches);
            RunningProgress progress = new RunningProgress(steps, options.epochs(), batches);
            for (long number = 0; number < steps; number++) {
                batches.read(number);
                List<SubmodelSpec> submodels = new ArrayList<>();
                for (int i = 0; i < options.submodelsPerStep(); i++) {
                    submodels.add(sampler.draw(number, i, steps));
                }
                TrainingStep.Outcome outcome = step.gradients(number, batches, submodels);
                double learningRate = options.optimizer().learningRate(number, steps);
                step.update(learningRate, submodels);
                progress.add(outcome, learningRate, listener);
                if (listener.cancelled()) {
                    throw new CancellationException("Training was cancelled after step " + (number + 1) + " of " + steps);
                }
            }
            return step.masters();
        }
    }

    private static void require(Supernet supernet, Dataset images, TrainingOptions.Augmentation augmentation) {
        var input = supernet.spec().input();
        if (input.channels() != images.shape().channels() || input.height() != images.shape().height()
                || input.width() != images.shape().width()) {
            throw new IllegalArgumentException("The network takes images of " + input.channels() + "×" + input.height() + "×" + input.width()
                    + ", but the data has " + images.shape());
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
