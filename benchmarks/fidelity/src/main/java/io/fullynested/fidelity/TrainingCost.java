package io.fullynested.fidelity;

import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.model.Supernet;
import io.fullynested.hardware.Macs;
import io.fullynested.training.SubmodelSampler;
import io.fullynested.training.TrainingOptions;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What training a network costs, told by the submodels that it draws. */
final class TrainingCost {

    /** A backward pass costs two forward ones: a product for the gradient of the input, one for that of the weights. */
    static final int PASSES = 3;

    private static final int SAMPLE = 2000;

    private final Supernet network;
    private final TrainingOptions options;
    private final Optional<SubmodelSpec> only;
    private final Map<SubmodelSpec, Double> macs = new HashMap<>();

    /** @param only the one submodel that learns, in the place of those that are drawn */
    TrainingCost(Supernet network, TrainingOptions options, Optional<SubmodelSpec> only) {
        this.network = network;
        this.options = options;
        this.only = only;
    }

    static TrainingCost of(Piece piece) {
        return new TrainingCost(piece.network(), piece.options(), piece.tuning().map(tuning -> tuning.only().submodel()));
    }

    /** Forward multiply-accumulates of a submodel for one image. */
    double macs(SubmodelSpec submodel) {
        return macs.computeIfAbsent(submodel, spec -> new Macs().cost(network.compile(spec)));
    }

    /** Forward multiply-accumulates of a drawn submodel for one image, the mean of a sample. */
    double meanDraw() {
        SubmodelSampler sampler = new SubmodelSampler(network.axes(), options, 1);
        double sum = 0;
        for (int i = 0; i < SAMPLE; i++) {
            sum += macs(draw(sampler, i, i % options.submodelsPerStep(), SAMPLE));
        }
        return sum / SAMPLE;
    }

    /** Forward and backward multiply-accumulates of a whole training: draws are functions of seed and step, so these are those it learnt from. */
    long drawn(int images, long seed, long steps) {
        SubmodelSampler sampler = new SubmodelSampler(network.axes(), options, seed);
        double sum = 0;
        for (long step = 0; step < steps; step++) {
            for (int i = 0; i < options.submodelsPerStep(); i++) {
                sum += PASSES * batch(images) * macs(draw(sampler, step, i, steps));
            }
        }
        return Math.round(sum);
    }

    private SubmodelSpec draw(SubmodelSampler sampler, long step, int index, long steps) {
        return only.orElseGet(() -> sampler.draw(step, index, steps));
    }

    /** Images that one submodel of a step learns from. */
    int batch(int images) {
        return Math.min(options.batchSize(), images / options.batchesPerStep());
    }

    /** How often an epoch shows each image: once, or to each submodel of a step. */
    int showings() {
        return options.submodelsPerStep() / options.batchesPerStep();
    }

    /** Images shown in the whole training, each as often as it is shown. */
    long images(int images) {
        long step = (long) batch(images) * options.batchesPerStep();
        return options.epochs() * (images / step) * step * showings();
    }

    /** What the whole training will cost about, in multiply-accumulates. */
    double expected(int images) {
        return PASSES * images(images) * meanDraw();
    }
}
