package io.fullynested.training;

import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.model.Supernet;
import java.util.HashMap;
import java.util.Map;

/**
 * How long a training is. Its cost is told in trainings of the full network alone, of as many passes over the images as
 * {@link TrainingOptions#epochs} says: with {@link TrainingOptions#cost} c, N epochs are trained, the greatest whole number with
 *
 * <pre>N · showings · E[MACs of a draw] ≤ c · epochs · MACs of the full network</pre>
 *
 * so forward and backward passes are paid for alike. It is a function of the description, not of the seed or the images.
 *
 * @param epochs passes over the training images, 1 or more
 * @param share  multiply-accumulates of a drawn submodel for an image, in those of the full network: the mean of some draws spread evenly
 *               over the training, by the distributions that it begins with
 */
public record TrainingLength(int epochs, double share) {

    private static final int DRAWS = 2000;

    /** The length of a training; compiles some submodels. */
    public static TrainingLength of(Supernet supernet, TrainingOptions options) {
        double share = share(supernet, options);
        double showings = (double) options.submodelsPerStep() / options.batchesPerStep();
        return new TrainingLength(options.cost().map(cost -> (int) Math.max(1, Math.floor(cost * options.epochs() / (share * showings))))
                .orElse(options.epochs()), share);
    }

    /** Its epochs alone. */
    public static int epochs(Supernet supernet, TrainingOptions options) {
        return options.cost().isEmpty() ? options.epochs() : of(supernet, options).epochs();
    }

    private static double share(Supernet supernet, TrainingOptions options) {
        SubmodelSampler sampler = new SubmodelSampler(supernet.axes(), options, 1);
        Map<SubmodelSpec, Double> known = new HashMap<>();
        double sum = 0;
        for (int i = 0; i < DRAWS; i++) {
            sum += known.computeIfAbsent(sampler.draw(i, i % options.submodelsPerStep(), DRAWS), submodel -> macs(supernet, submodel));
        }
        return sum / DRAWS / macs(supernet, supernet.axes().full());
    }

    private static double macs(Supernet supernet, SubmodelSpec submodel) {
        return supernet.compile(submodel).macs();
    }
}
